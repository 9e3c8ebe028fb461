// The one script of a page: tables that a click on a column's name sorts, numbers by value, empty cells last.
#pragma once

#include <string_view>

namespace songscape {

inline constexpr std::string_view kSortScript = R"js(
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const sort = (head, column) => {
    const falling = head.getAttribute("aria-sort") === "ascending";
    heads.forEach(h => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const text = row => row.cells[column].textContent.trim();
    const number = t => Number((t.match(/^-?[0-9.]+(e-?[0-9]+)?/) || [NaN])[0]);
    const rows = [...body.rows], filled = rows.filter(r => text(r) !== "" && text(r) !== "–");
    const numeric = filled.length > 0 && filled.every(r => !Number.isNaN(number(text(r))));
    const order = (a, b) => numeric ? number(text(a)) - number(text(b)) : text(a).localeCompare(text(b));
    filled.sort((a, b) => falling ? order(b, a) : order(a, b));
    body.append(...filled, ...rows.filter(r => !filled.includes(r)));
  };
  heads.forEach((head, column) => {
    head.tabIndex = 0;
    head.addEventListener("click", () => sort(head, column));
    head.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); sort(head, column); } });
  });
}
)js";

}  // namespace songscape
