#include "report/heat_map.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/error.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kCellWidth = 74, kCellHeight = 24, kBarRoom = 66, kLongestName = 200;

double widest(const std::vector<std::string>& names) {
  double out = 0;
  for (const std::string& n : names) out = std::max(out, text_width(n));
  return std::min(out, kLongestName);
}

std::string cell_text(double v) {
  if (!std::isfinite(v)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", v);
  std::string out = text;
  if (out == "-0.00") out = "0.00";
  if (out.starts_with('-')) out = "−" + out.substr(1);
  return out;
}

void draw_cell(Figure& figure, const Box& box, double value, const Colour& colour) {
  if (std::isfinite(value)) figure.rectangle(box.inset(.5), colour);
  figure.text(
      {box.x + box.width / 2, box.y + box.height / 2}, cell_text(value),
      {.size = kSmallSize, .colour = std::isfinite(value) ? readable_on(colour) : kQuietInk, .h = HAlign::centre});
}

}  // namespace

Figure draw_heat_map(const HeatMap& f) {
  check(f.values.n_rows == static_cast<int64_t>(f.row_names.size()) &&
            f.values.n_cols == static_cast<int64_t>(f.column_names.size()),
        "every row and column of a heat map has a name");
  const double names = widest(f.row_names) + 10, notes = f.row_notes.empty() ? 0 : widest(f.row_notes) + 16;
  const double label_room = f.row_label.empty() ? 0 : 20;
  const double cells_width = kCellWidth * static_cast<double>(f.values.n_cols);
  const double width = std::max(420.0, 2 * kEdge + label_room + names + cells_width + notes + 10 + kBarRoom);
  const Surround surround{f.title, f.caption, width};
  const double left = kEdge + label_room + names, top = surround.top() + (f.column_label.empty() ? 22 : 42);
  const double height = std::max(3.0, static_cast<double>(f.values.n_rows)) * kCellHeight;
  Figure figure(width, top + height + 10 + surround.bottom(), f.title);
  surround.draw(figure);
  const double most = f.most > 0 ? f.most : 1;
  const auto colour = [&](double v) { return f.is_diverging ? diverging_colour(v / most) : share_colour(v / most); };
  for (int64_t j = 0; j < f.values.n_cols; ++j)
    figure.text({left + (static_cast<double>(j) + .5) * kCellWidth, top - 6}, f.column_names[static_cast<size_t>(j)],
                {.h = HAlign::centre, .v = VAlign::bottom, .max_width = kCellWidth - 4});
  for (int64_t i = 0; i < f.values.n_rows; ++i) {
    const double y = top + static_cast<double>(i) * kCellHeight;
    figure.text({left - 8, y + kCellHeight / 2}, f.row_names[static_cast<size_t>(i)],
                {.h = HAlign::right, .max_width = kLongestName});
    for (int64_t j = 0; j < f.values.n_cols; ++j)
      draw_cell(figure, {left + static_cast<double>(j) * kCellWidth, y, kCellWidth, kCellHeight}, f.values(i, j),
                colour(f.values(i, j)));
    if (!f.row_notes.empty())
      figure.text({left + cells_width + 10, y + kCellHeight / 2}, f.row_notes[static_cast<size_t>(i)],
                  {.colour = kQuietInk, .max_width = kLongestName});
  }
  figure.text({left + cells_width / 2, surround.top()}, f.column_label,
              {.is_bold = true, .h = HAlign::centre, .v = VAlign::top});
  figure.text({kEdge, top + height / 2}, f.row_label,
              {.is_bold = true, .h = HAlign::centre, .v = VAlign::top, .angle_deg = -90, .max_width = height});
  const auto of_share = [&](double t) { return f.is_diverging ? diverging_colour(2 * t - 1) : share_colour(t); };
  draw_colour_bar(figure, {left + cells_width + notes + 10, top, kBarRoom, std::min(180.0, height)},
                  {f.is_diverging ? -most : 0, most, f.unit, of_share});
  return figure;
}

}  // namespace songscape
