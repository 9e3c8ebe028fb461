#include "report/contingency.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr int kMostClasses = 100;
constexpr double kFamilyGap = 5, kBarRoom = 70, kLongestName = 190, kCountRoom = 42;

// Shares of each row's songs, [n_rows × n_columns], and each row's songs.
struct Shares {
  size_t n_rows, n_columns;
  std::vector<double> share;
  std::vector<int64_t> row_songs;
  double operator()(size_t i, size_t j) const { return share[i * n_columns + j]; }
};

Shares count_shares(const Classes& rows, const Classes& columns) {
  check(rows.labels.size() == columns.labels.size(), "both sides of a contingency table label the same songs");
  rows.counts(), columns.counts();  // check the labels
  Shares out{rows.names.size(), columns.names.size(), {}, std::vector<int64_t>(rows.names.size(), 0)};
  out.share.assign(out.n_rows * out.n_columns, 0);
  for (size_t s = 0; s < rows.labels.size(); ++s) {
    if (rows.labels[s] < 0 || columns.labels[s] < 0) continue;
    const auto i = static_cast<size_t>(rows.labels[s]);
    ++out.row_songs[i];
    out.share[i * out.n_columns + static_cast<size_t>(columns.labels[s])] += 1;
  }
  for (size_t k = 0; k < out.share.size(); ++k)
    if (const int64_t n = out.row_songs[k / out.n_columns]; n > 0) out.share[k] /= static_cast<double>(n);
  return out;
}

// Columns by the place of the row that they hold most of, the fullest first.
std::vector<size_t> order_columns(const Shares& shares, const std::vector<int32_t>& row_order) {
  struct Key {
    size_t place;
    double share;
  };
  std::vector<Key> keys(shares.n_columns, {row_order.size(), 0});
  for (size_t j = 0; j < shares.n_columns; ++j)
    for (size_t place = 0; place < row_order.size(); ++place)
      if (const double s = shares(static_cast<size_t>(row_order[place]), j); s > keys[j].share) keys[j] = {place, s};
  std::vector<size_t> order(shares.n_columns);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return keys[a].place != keys[b].place ? keys[a].place < keys[b].place : keys[a].share > keys[b].share;
  });
  return order;
}

struct Grid {
  Box area;
  double cell = 0;
  std::vector<double> row_y;  // top of each place
  double column_x(size_t place) const { return area.x + static_cast<double>(place) * cell; }
};

double cell_size(size_t n_rows, size_t n_columns) {
  const double n = static_cast<double>(std::max<size_t>({n_rows, n_columns, 1}));
  return std::clamp(std::floor(720 / n), 11.0, 40.0);
}

bool starts_family(const Classes& rows, const std::vector<int32_t>& order, size_t place) {
  return place > 0 && !rows.family_of.empty() &&
         rows.family_of[static_cast<size_t>(order[place])] != rows.family_of[static_cast<size_t>(order[place - 1])];
}

Grid lay_out(const Classes& rows, const std::vector<int32_t>& order, size_t n_columns, Point corner) {
  Grid g;
  g.cell = cell_size(order.size(), n_columns);
  double y = corner.y;
  for (size_t place = 0; place < order.size(); ++place) {
    if (starts_family(rows, order, place)) y += kFamilyGap;
    g.row_y.push_back(y);
    y += g.cell;
  }
  g.area = {corner.x, corner.y, static_cast<double>(n_columns) * g.cell, y - corner.y};
  return g;
}

void draw_cells(Figure& figure, const Grid& grid, const Shares& shares, const std::vector<int32_t>& rows,
                const std::vector<size_t>& columns) {
  for (size_t i = 0; i < rows.size(); ++i) {
    figure.rectangle({grid.area.x, grid.row_y[i], grid.area.width, grid.cell}, kGrid.with_alpha(.45));
    for (size_t j = 0; j < columns.size(); ++j) {
      const double share = shares(static_cast<size_t>(rows[i]), columns[j]);
      const Box cell = Box{grid.column_x(j), grid.row_y[i], grid.cell, grid.cell}.inset(.5);
      if (share <= 0) continue;
      // A first step that can be seen: one song of twenty must not look like none.
      const Colour colour = share_colour(.12 + .88 * share);
      figure.rectangle(cell, colour);
      if (grid.cell >= 26)
        figure.text({cell.x + cell.width / 2, cell.y + cell.height / 2}, std::to_string(std::lround(100 * share)),
                    {.size = kSmallSize, .colour = readable_on(colour), .h = HAlign::centre});
    }
  }
}

double name_size(double cell) { return std::min(kSmallSize, cell - 2); }

void draw_names(Figure& figure, const Grid& grid, const ContingencyFigure& f, const Shares& shares,
                const std::vector<int32_t>& rows, const std::vector<size_t>& columns, double column_room) {
  const double size = std::max(9.0, name_size(grid.cell));
  for (size_t i = 0; i < rows.size(); ++i) {
    const double y = grid.row_y[i] + grid.cell / 2;
    const auto row = static_cast<size_t>(rows[i]);
    figure.text({grid.area.x - 6, y}, std::to_string(shares.row_songs[row]),
                {.size = size, .colour = kQuietInk, .h = HAlign::right});
    figure.text({grid.area.x - kCountRoom, y}, f.rows.names[row],
                {.size = size, .h = HAlign::right, .max_width = kLongestName});
  }
  const bool lies_flat = column_room <= grid.cell;
  for (size_t j = 0; j < columns.size(); ++j) {
    const Point at{grid.column_x(j) + grid.cell / 2, grid.area.y - 5};
    if (lies_flat)
      figure.text(at, f.columns.names[columns[j]], {.size = size, .h = HAlign::centre, .v = VAlign::bottom});
    else
      figure.text(at, f.columns.names[columns[j]], {.size = size, .angle_deg = -90, .max_width = column_room});
  }
}

void draw_families(Figure& figure, const Grid& grid, const Classes& rows, const std::vector<int32_t>& order) {
  if (rows.family_of.empty()) return;
  for (size_t from = 0; from < order.size();) {
    size_t to = from + 1;
    while (to < order.size() && !starts_family(rows, order, to)) ++to;
    const double top = grid.row_y[from], bottom = grid.row_y[to - 1] + grid.cell, x = grid.area.right() + 6;
    figure.line({x, top + 1}, {x, bottom - 1}, {.colour = kQuietInk});
    const auto family = static_cast<size_t>(rows.family_of[static_cast<size_t>(order[from])]);
    figure.text({x + 6, (top + bottom) / 2}, rows.families[family],
                {.size = kSmallSize, .colour = kQuietInk, .max_width = 120});
    from = to;
  }
}

double widest(const std::vector<std::string>& names, double size) {
  double out = 0;
  for (const std::string& n : names) out = std::max(out, text_width(n, {.size = size}));
  return out;
}

}  // namespace

Figure draw_contingency(const ContingencyFigure& asked) {
  ContingencyFigure f = asked;
  f.rows = fold_small_classes(asked.rows, kMostClasses);
  f.columns = fold_small_classes(asked.columns, kMostClasses);
  const Shares shares = count_shares(f.rows, f.columns);
  const std::vector<int32_t> rows = f.rows.order();
  const std::vector<size_t> columns = order_columns(shares, rows);
  const double column_room = std::min(140.0, widest(f.columns.names, kSmallSize) + 2);
  const double row_room = std::min(kLongestName, widest(f.rows.names, kSmallSize) + 2);
  const double family_room = f.rows.family_of.empty() ? 10 : std::min(120.0, widest(f.rows.families, kSmallSize)) + 26;
  const double label_room = 18, left = kEdge + label_room + row_room + kCountRoom;
  const Grid sized = lay_out(f.rows, rows, columns.size(), {});
  const double width = std::max(360.0, left + sized.area.width + family_room + kBarRoom + kEdge);
  const Surround surround{f.title, f.caption, width};
  const bool lies_flat = column_room <= sized.cell;
  const double top = surround.top() + label_room + (lies_flat ? 16 : column_room) + 6;
  const double height = std::max(80.0, sized.area.height);
  Figure figure(width, top + height + surround.bottom(), f.title);
  surround.draw(figure);
  const Grid grid = lay_out(f.rows, rows, columns.size(), {left, top});
  draw_cells(figure, grid, shares, rows, columns);
  draw_names(figure, grid, f, shares, rows, columns, column_room);
  draw_families(figure, grid, f.rows, rows);
  figure.text({left + grid.area.width / 2, surround.top()}, f.column_name,
              {.is_bold = true, .h = HAlign::centre, .v = VAlign::top});
  figure.text({kEdge, top + height / 2}, f.row_name + " (songs)",
              {.is_bold = true, .h = HAlign::centre, .v = VAlign::top, .angle_deg = -90, .max_width = height});
  draw_colour_bar(figure, {grid.area.right() + family_room, top, kBarRoom, std::min(200.0, height)},
                  {0, 100, "% of the row", [](double t) { return t <= 0 ? kPaper : share_colour(.12 + .88 * t); }});
  return figure;
}

}  // namespace songscape
