#include "report/map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kGap = 28, kTitleRoom = 22, kLegendGap = 12;
constexpr int64_t kMostVectorMarks = 4000;
constexpr int kMostClasses = 128;

double marker_size(size_t n) {
  if (n <= 250) return 8;
  if (n <= 1000) return 6.5;
  if (n <= 4000) return 5;
  return n <= 20000 ? 3.5 : 2.5;
}

// One scale for both directions: distances are what a map shows.
struct Projection {
  Box box;
  double centre_x = 0, centre_y = 0, scale = 1;
  Point operator()(double x, double y) const {
    return {box.x + box.width / 2 + (x - centre_x) * scale, box.y + box.height / 2 - (y - centre_y) * scale};
  }
};

Projection fit(const MatrixView& positions, const std::vector<int64_t>& rows, const Box& box) {
  if (rows.empty()) return {box};
  double low[2] = {1e300, 1e300}, high[2] = {-1e300, -1e300};
  for (const int64_t i : rows)
    for (int j = 0; j < 2; ++j) {
      low[j] = std::min<double>(low[j], positions(i, j));
      high[j] = std::max<double>(high[j], positions(i, j));
    }
  constexpr double kMargin = 14;
  const double x = (box.width - 2 * kMargin) / std::max(high[0] - low[0], 1e-30);
  const double y = (box.height - 2 * kMargin) / std::max(high[1] - low[1], 1e-30);
  return {box, (low[0] + high[0]) / 2, (low[1] + high[1]) / 2, std::min(x, y)};
}

std::vector<int64_t> finite_rows(const MatrixView& positions) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < positions.n_rows; ++i)
    if (std::isfinite(positions(i, 0)) && std::isfinite(positions(i, 1))) rows.push_back(i);
  return rows;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

Legend legend_of(const Classes& classes, double width) {
  const std::vector<Marker> markers = class_markers(classes);
  std::vector<LegendEntry> entries;
  int32_t family = -1;
  for (const int32_t c : classes.order()) {
    if (!classes.family_of.empty() && classes.family_of[static_cast<size_t>(c)] != family) {
      family = classes.family_of[static_cast<size_t>(c)];
      entries.push_back({classes.families[static_cast<size_t>(family)], std::nullopt, std::nullopt});
    }
    entries.push_back({classes.names[static_cast<size_t>(c)], markers[static_cast<size_t>(c)], std::nullopt});
  }
  if (classes.n_unlabelled() > 0) entries.push_back({"none", Marker{MarkerShape::circle, kUnlabelled}, std::nullopt});
  return {std::move(entries), width};
}

// The songs without a label first, the others in a fixed random order, so that no class hides another.
std::vector<int64_t> drawing_order(const Classes& classes, std::vector<int64_t> rows) {
  Random random(1, stream_id("map"));
  random.shuffle(rows);
  std::stable_partition(rows.begin(), rows.end(),
                        [&](int64_t i) { return classes.labels[static_cast<size_t>(i)] < 0; });
  return rows;
}

void draw_marks(Figure& figure, const MatrixView& positions, const Classes& classes, const std::vector<int64_t>& rows,
                const Projection& project) {
  const std::vector<Marker> markers = class_markers(classes);
  const double size = marker_size(rows.size());
  for (const int64_t i : drawing_order(classes, rows)) {
    const int32_t label = classes.labels[static_cast<size_t>(i)];
    const Point at = project(positions(i, 0), positions(i, 1));
    if (label < 0)
      figure.marker(at, {MarkerShape::circle, kUnlabelled.with_alpha(.7)}, size * .8);
    else
      figure.marker(at, markers[static_cast<size_t>(label)], size);
  }
}

// Each class's name near its median, at the first of 33 places that is free.
void draw_names(Figure& figure, const MatrixView& positions, const Classes& classes, const std::vector<int64_t>& rows,
                const Projection& project) {
  std::vector<std::array<std::vector<double>, 2>> members(classes.names.size());
  for (const int64_t i : rows) {
    const int32_t label = classes.labels[static_cast<size_t>(i)];
    if (label < 0) continue;
    members[static_cast<size_t>(label)][0].push_back(positions(i, 0));
    members[static_cast<size_t>(label)][1].push_back(positions(i, 1));
  }
  std::vector<Box> taken;
  TextStyle style{.size = kTextSize, .is_bold = true, .h = HAlign::centre, .max_width = 120, .has_halo = true};
  for (size_t c = 0; c < members.size(); ++c) {
    if (members[c][0].empty()) continue;
    const Point home = project(median(members[c][0]), median(members[c][1]));
    const Box size = figure.measure(classes.names[c], style);
    for (int attempt = 0; attempt < 33; ++attempt) {
      const double distance = attempt == 0 ? 0 : 9.0 * ((attempt + 7) / 8), angle = .785398 * (attempt % 8);
      const Point at{home.x + distance * std::cos(angle), home.y + distance * std::sin(angle)};
      const Box box{at.x - size.width / 2, at.y - size.height / 2 + 2, size.width, size.height - 4};
      const bool is_free = std::none_of(taken.begin(), taken.end(), [&](const Box& t) { return t.overlaps(box); });
      if (!is_free || !project.box.contains(box)) continue;
      taken.push_back(box);
      figure.text(at, classes.names[c], style);
      break;
    }
  }
}

void draw_panel(Figure& figure, const MapPanel& panel, const Box& box) {
  const std::vector<int64_t> rows = finite_rows(panel.positions);
  figure.text({box.x, box.y - kTitleRoom + 2}, panel.title,
              {.size = kTextSize + 1, .is_bold = true, .v = VAlign::top, .max_width = box.width});
  figure.frame(box, {.colour = kGrid});
  const Projection project = fit(panel.positions, rows, box);
  const auto marks = [&] { draw_marks(figure, panel.positions, panel.classes, rows, project); };
  if (static_cast<int64_t>(rows.size()) > kMostVectorMarks)
    figure.flattened(box, marks);
  else
    figure.clipped(box, marks);
  if (panel.names_on_map) draw_names(figure, panel.positions, panel.classes, rows, project);
  if (rows.empty())
    figure.text({box.x + box.width / 2, box.y + box.height / 2}, "no songs",
                {.colour = kQuietInk, .h = HAlign::centre});
}

}  // namespace

Figure draw_map(const SongMap& map) {
  check(!map.panels.empty() && map.panels.size() <= 8, "a map has one to eight panels");
  const double side = map.panels.size() == 1 ? 640 : 520;
  const double plot_height = map.panels.size() == 1 ? 560 : 480;
  SongMap folded = map;
  std::vector<Legend> legends;
  double legend_height = 0;
  int64_t n_left = 0;
  for (MapPanel& p : folded.panels) {
    if (p.positions.n_rows == 0) p.positions = map.positions;
    check(p.positions.n_cols == 2 || p.positions.n_rows == 0, "a map has two columns");
    check(static_cast<int64_t>(p.classes.labels.size()) == p.positions.n_rows, "every song of a map has a label");
    n_left = std::max(n_left, p.positions.n_rows - static_cast<int64_t>(finite_rows(p.positions).size()));
    p.classes = fold_small_classes(p.classes, kMostClasses);
    legends.emplace_back(legend_of(p.classes, side));
    legend_height = std::max(legend_height, legends.back().height());
  }
  if (n_left > 0)
    folded.caption += (folded.caption.empty() ? "" : " ") + std::to_string(n_left) +
                      " songs have no finite position and are left out.";
  const double n = static_cast<double>(map.panels.size());
  const double width = 2 * kEdge + n * (side + kGap) - kGap;
  const Surround surround{map.title, folded.caption, width};
  const double top = surround.top() + kTitleRoom;
  Figure figure(width, top + plot_height + kLegendGap + legend_height + surround.bottom(), map.title);
  surround.draw(figure);
  for (size_t i = 0; i < folded.panels.size(); ++i) {
    const double x = kEdge + static_cast<double>(i) * (side + kGap);
    draw_panel(figure, folded.panels[i], {x, top, side, plot_height});
    legends[i].draw(figure, {x, top + plot_height + kLegendGap});
  }
  return figure;
}

Figure draw_map_grid(const MapGrid& grid) {
  check(!grid.cells.empty() && grid.cells.size() <= 36 && grid.n_columns >= 1, "a grid has 1 to 36 maps");
  constexpr double kSide = 330;
  const size_t n_columns = std::min(static_cast<size_t>(grid.n_columns), grid.cells.size());
  const size_t n_rows = (grid.cells.size() + n_columns - 1) / n_columns;
  const double width = std::max(700.0, 2 * kEdge + static_cast<double>(n_columns) * (kSide + kGap) - kGap);
  MapPanel panel{.classes = fold_small_classes(grid.classes, kMostClasses)};
  const Legend legend = legend_of(panel.classes, width - 2 * kEdge);
  const Surround surround{grid.title, grid.caption, width};
  const double row_height = kTitleRoom + kSide + kLegendGap;
  Figure figure(width, surround.top() + static_cast<double>(n_rows) * row_height + legend.height() + surround.bottom(),
                grid.title);
  surround.draw(figure);
  for (size_t i = 0; i < grid.cells.size(); ++i) {
    const MapCell& cell = grid.cells[i];
    check(cell.positions.n_cols == 2 && cell.positions.n_rows == static_cast<int64_t>(grid.classes.labels.size()),
          "every song of a map has a label");
    panel.positions = cell.positions;
    panel.title = cell.title;
    draw_panel(figure, panel,
               {kEdge + static_cast<double>(i % n_columns) * (kSide + kGap),
                surround.top() + static_cast<double>(i / n_columns) * row_height + kTitleRoom, kSide, kSide});
  }
  legend.draw(figure, {kEdge, surround.top() + static_cast<double>(n_rows) * row_height});
  return figure;
}

}  // namespace songscape
