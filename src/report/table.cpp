#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

// For people (4 significant digits) or for machines (all of them).
std::string cell_text(const Cell& cell, bool is_exact) {
  if (const auto* b = std::get_if<bool>(&cell)) return *b ? "true" : "false";
  if (const auto* i = std::get_if<int64_t>(&cell)) return std::to_string(*i);
  if (const auto* s = std::get_if<std::string>(&cell)) return *s;
  if (const auto* d = std::get_if<double>(&cell)) {
    if (is_exact) return format_number(*d);
    if (!std::isfinite(*d)) return format_number(*d);
    return std::abs(*d) >= 1000 && std::abs(*d) < 1e9 ? std::to_string(std::llround(*d)) : format_number(*d, 4);
  }
  return {};
}

bool is_numeric(const Cell& c) { return std::holds_alternative<int64_t>(c) || std::holds_alternative<double>(c); }

// Columns a terminal uses for the text: code points, near enough for labels.
size_t width_of(const std::string& s) {
  return static_cast<size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  check(row.size() == columns.size(), "a table row has a cell for every column");
  rows.push_back(std::move(row));
}

std::string Table::to_text() const {
  std::vector<std::vector<std::string>> cells;
  std::vector<size_t> widths;
  for (const std::string& c : columns) widths.push_back(width_of(c));
  for (const auto& row : rows) {
    auto& out = cells.emplace_back();
    for (size_t j = 0; j < row.size(); ++j) {
      out.push_back(escape_for_terminal(cell_text(row[j], false)));
      widths[j] = std::max(widths[j], width_of(out.back()));
    }
  }
  const auto padded = [&](const std::string& s, size_t j, bool right) {
    const std::string pad(widths[j] - width_of(s), ' ');
    return right ? pad + s : s + pad;
  };
  std::string out;
  const auto line = [&](auto cell_at) {
    std::string l;
    for (size_t j = 0; j < columns.size(); ++j) l += (j ? "  " : "") + cell_at(j);
    l.erase(l.find_last_not_of(' ') + 1);
    out += l + "\n";
  };
  const auto is_right = [&](size_t j) {
    return !rows.empty() && std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return is_numeric(r[j]); });
  };
  line([&](size_t j) { return padded(columns[j], j, is_right(j)); });
  for (const auto& row : cells) line([&](size_t j) { return padded(row[j], j, is_right(j)); });
  return out;
}

std::string Table::to_csv() const {
  std::string out;
  for (size_t j = 0; j < columns.size(); ++j) out += (j ? "," : "") + csv_field(columns[j]);
  out += "\n";
  for (const auto& row : rows) {
    for (size_t j = 0; j < row.size(); ++j)
      out += (j ? "," : "") + (is_numeric(row[j]) ? cell_text(row[j], true) : csv_field(cell_text(row[j], true)));
    out += "\n";
  }
  return out;
}

Json Table::to_json() const {
  Json list = Json::array();
  for (const auto& row : rows) {
    Json object = Json::object();
    for (size_t j = 0; j < row.size(); ++j) {
      Json& v = object[columns[j]];
      if (const auto* b = std::get_if<bool>(&row[j]))
        v = *b;
      else if (const auto* i = std::get_if<int64_t>(&row[j]))
        v = *i;
      else if (const auto* d = std::get_if<double>(&row[j]))
        v = *d;
      else if (const auto* s = std::get_if<std::string>(&row[j]))
        v = replace_invalid_utf8(*s);
    }
    list.push_back(std::move(object));
  }
  return list;
}

std::string Table::to_markdown() const {
  const auto safe = [](std::string s) {
    s = escape_for_html(s);
    for (size_t i = 0; (i = s.find('|', i)) != std::string::npos; i += 2) s.insert(i, "\\");
    return s;
  };
  std::string out = "|";
  for (const std::string& c : columns) out += " " + safe(c) + " |";
  out += "\n|";
  for (size_t j = 0; j < columns.size(); ++j) out += !rows.empty() && is_numeric(rows[0][j]) ? "---:|" : "---|";
  out += "\n";
  for (const auto& row : rows) {
    out += "|";
    for (const Cell& c : row) out += " " + safe(cell_text(c, false)) + " |";
    out += "\n";
  }
  return out;
}

std::string Table::to_html(const std::string& caption, const std::vector<size_t>& strong_rows) const {
  std::string out = "<table>";
  if (!caption.empty()) out += "<caption>" + escape_for_html(caption) + "</caption>";
  out += "<thead><tr>";
  for (size_t j = 0; j < columns.size(); ++j) {
    const bool is_number = std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return is_numeric(r[j]); });
    out += std::string(is_number ? "<th class=\"n\">" : "<th>") + escape_for_html(columns[j]) + "</th>";
  }
  out += "</tr></thead><tbody>\n";
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_strong = std::find(strong_rows.begin(), strong_rows.end(), i) != strong_rows.end();
    out += is_strong ? "<tr class=\"strong\">" : "<tr>";
    for (const Cell& c : rows[i])
      out += std::string(is_numeric(c) ? "<td class=\"n\">" : "<td>") + escape_for_html(cell_text(c, false)) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

void Table::write_csv(const std::filesystem::path& path) const { publish_file(path, to_csv()); }

}  // namespace songscape
