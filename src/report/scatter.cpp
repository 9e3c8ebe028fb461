#include "report/scatter.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "report/classes.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kPanelWidth = 420, kPanelHeight = 340, kGap = 26, kMarkSize = 10;

bool is_placed(const ScatterPoint& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

Axis axis_of(const ScatterPanel& panel, bool is_x) {
  std::vector<double> values;
  for (const ScatterPoint& p : panel.points) {
    if (!is_placed(p)) continue;
    if (is_x)
      values.insert(values.end(), {p.x, p.x_low, p.x_high});
    else
      values.insert(values.end(), {p.y, p.y_low, p.y_high});
  }
  for (const ScatterReference& r : is_x ? panel.x_lines : panel.y_lines) values.push_back(r.value);
  return make_axis(values);
}

void draw_front(Figure& figure, const Panel& place, const ScatterPanel& panel) {
  std::vector<Point> line;
  for (const size_t i : pareto_front(panel)) {
    const ScatterPoint& p = panel.points[i];
    const Point at = place.at(p.x, p.y);
    // Between two points of the front the worse value of each holds.
    if (!line.empty()) line.push_back(panel.less_x_is_better ? Point{at.x, line.back().y} : Point{line.back().x, at.y});
    line.push_back(at);
  }
  figure.polyline(line, {.colour = kQuietInk, .width = 1.2, .is_dashed = true});
}

void draw_lines_of(Figure& figure, const Panel& place, const ScatterPanel& panel) {
  const Stroke stroke{.colour = kControl, .width = 1.4, .is_dashed = true};
  const TextStyle style{.size = kSmallSize, .colour = kQuietInk, .max_width = 150, .has_halo = true};
  for (const ScatterReference& r : panel.x_lines) {
    const double x = place.at(r.value, place.y.low).x;
    figure.line({x, place.area.y}, {x, place.area.bottom()}, stroke);
    TextStyle turned = style;
    turned.angle_deg = -90;
    turned.v = VAlign::bottom;
    figure.text({x - 3, place.area.bottom() - 6}, r.text, turned);
  }
  for (const ScatterReference& r : panel.y_lines) {
    const double y = place.at(place.x.low, r.value).y;
    figure.line({place.area.x, y}, {place.area.right(), y}, stroke);
    TextStyle beside = style;
    const bool is_at_the_top = y < place.area.y + 20;
    beside.v = is_at_the_top ? VAlign::top : VAlign::bottom;
    figure.text({place.area.x + 24, y + (is_at_the_top ? 3 : -2)}, r.text, beside);
  }
}

void draw_point(Figure& figure, const Panel& place, const ScatterPoint& p, const Marker& marker) {
  const Point at = place.at(p.x, p.y);
  const Stroke stroke{.colour = marker.fill.with_alpha(.7), .width = 1.6};
  if (std::isfinite(p.x_low) && std::isfinite(p.x_high))
    figure.line({place.at(p.x_low, p.y).x, at.y}, {place.at(p.x_high, p.y).x, at.y}, stroke);
  if (std::isfinite(p.y_low) && std::isfinite(p.y_high))
    figure.line({at.x, place.at(p.x, p.y_low).y}, {at.x, place.at(p.x, p.y_high).y}, stroke);
  figure.marker(at, marker, kMarkSize);
}

void draw_panel(Figure& figure, const ScatterPanel& panel, const Box& outer, const std::vector<Marker>& markers) {
  const PanelTexts texts{panel.title, panel.x_label, panel.y_label};
  const Panel place = fit_panel(outer, axis_of(panel, true), axis_of(panel, false), texts);
  draw_axes(figure, place, texts);
  draw_lines_of(figure, place, panel);
  draw_front(figure, place, panel);
  bool has_points = false;
  for (const ScatterPoint& p : panel.points)
    if (is_placed(p)) draw_point(figure, place, p, markers.at(p.name)), has_points = true;
  if (!has_points)
    figure.text({place.area.x + place.area.width / 2, place.area.y + place.area.height / 2}, "not measured",
                {.colour = kQuietInk, .h = HAlign::centre});
}

}  // namespace

std::vector<size_t> pareto_front(const ScatterPanel& panel) {
  const auto goodness = [&](const ScatterPoint& p) {
    return std::pair(panel.less_x_is_better ? -p.x : p.x, panel.less_y_is_better ? -p.y : p.y);
  };
  std::vector<size_t> front;
  for (size_t i = 0; i < panel.points.size(); ++i) {
    if (!is_placed(panel.points[i])) continue;
    const auto [x, y] = goodness(panel.points[i]);
    const bool is_beaten = std::any_of(panel.points.begin(), panel.points.end(), [&](const ScatterPoint& o) {
      const auto [ox, oy] = goodness(o);
      return is_placed(o) && ox >= x && oy >= y && (ox > x || oy > y);
    });
    if (!is_beaten) front.push_back(i);
  }
  std::stable_sort(front.begin(), front.end(),
                   [&](size_t a, size_t b) { return panel.points[a].x < panel.points[b].x; });
  return front;
}

Figure draw_scatter(const ScatterFigure& f) {
  check(!f.panels.empty() && f.panels.size() <= 6, "a scatter has one to six panels");
  Classes names{.names = f.names};
  const std::vector<Marker> markers = class_markers(names);
  const double n = static_cast<double>(f.panels.size());
  const double width = 2 * kEdge + n * (kPanelWidth + kGap) - kGap;
  std::vector<LegendEntry> entries;
  for (size_t i = 0; i < f.names.size(); ++i) entries.push_back({f.names[i], markers[i], {}});
  const Legend legend(std::move(entries), width - 2 * kEdge);
  const Surround surround{f.title, f.caption, width};
  Figure figure(width, surround.top() + kPanelHeight + 14 + legend.height() + surround.bottom(), f.title);
  surround.draw(figure);
  for (size_t i = 0; i < f.panels.size(); ++i)
    draw_panel(figure, f.panels[i],
               {kEdge + static_cast<double>(i) * (kPanelWidth + kGap), surround.top(), kPanelWidth, kPanelHeight},
               markers);
  legend.draw(figure, {kEdge, surround.top() + kPanelHeight + 14});
  return figure;
}

}  // namespace songscape
