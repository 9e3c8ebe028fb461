#include "report/ellipses.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kSide = 620, kLegendWidth = 240;

// Points of the outline: centre + deviations · Σ^½ (cos t, sin t), Σ^½ by the eigenvectors of a 2 × 2 matrix.
std::vector<std::array<double, 2>> outline(const Ellipse& e, double n_deviations) {
  const auto [xx, xy, yy] = e.covariance;
  const double middle = (xx + yy) / 2, radius = std::hypot((xx - yy) / 2, xy);
  const double angle = .5 * std::atan2(2 * xy, xx - yy);
  const double a = n_deviations * std::sqrt(std::max(0.0, middle + radius));
  const double b = n_deviations * std::sqrt(std::max(0.0, middle - radius));
  std::vector<std::array<double, 2>> points;
  for (int i = 0; i <= 72; ++i) {
    const double t = i * std::numbers::pi / 36, u = a * std::cos(t), v = b * std::sin(t);
    points.push_back(
        {e.x + u * std::cos(angle) - v * std::sin(angle), e.y + u * std::sin(angle) + v * std::cos(angle)});
  }
  return points;
}

// One unit is as long upwards as to the right.
std::array<Axis, 2> equal_axes(const EllipseFigure& f) {
  double low[2] = {1e300, 1e300}, high[2] = {-1e300, -1e300};
  const auto hold = [&](int j, double v) {
    if (std::isfinite(v)) low[j] = std::min(low[j], v), high[j] = std::max(high[j], v);
  };
  for (int64_t i = 0; i < f.positions.n_rows; ++i)
    for (int j = 0; j < 2; ++j) hold(j, f.positions(i, j));
  for (const Ellipse& e : f.ellipses)
    for (const auto& p : outline(e, f.n_deviations)) hold(0, p[0]), hold(1, p[1]);
  std::array<Axis, 2> axes;
  const double half = .52 * std::max({high[0] - low[0], high[1] - low[1], 1e-9});
  for (int j = 0; j < 2; ++j) {
    const double middle = low[j] > high[j] ? 0 : (low[j] + high[j]) / 2;
    axes[static_cast<size_t>(j)] = make_exact_axis(middle - half, middle + half);
  }
  return axes;
}

Legend legend_of(const Classes& classes) {
  const std::vector<Marker> markers = class_markers(classes);
  std::vector<LegendEntry> entries;
  for (const int32_t c : classes.order())
    entries.push_back({classes.names[static_cast<size_t>(c)], markers[static_cast<size_t>(c)], std::nullopt});
  return {std::move(entries), kLegendWidth};
}

}  // namespace

Figure draw_ellipses(const EllipseFigure& f) {
  const Classes classes = fold_small_classes(f.classes, 40);
  const bool has_classes = !classes.names.empty();
  const double width = 2 * kEdge + kSide + (has_classes ? 16 + kLegendWidth : 0);
  const Surround surround{f.title, f.caption, width};
  const Legend legend = legend_of(classes);
  const double height = std::max(kSide, has_classes ? legend.height() : 0);
  Figure figure(width, surround.top() + height + surround.bottom(), f.title);
  surround.draw(figure);
  const auto axes = equal_axes(f);
  const PanelTexts texts{.x_label = f.x_label, .y_label = f.y_label};
  const Panel panel = fit_panel({kEdge, surround.top(), kSide, kSide}, axes[0], axes[1], texts);
  draw_axes(figure, panel, texts);
  const std::vector<Marker> markers = class_markers(classes);
  const auto draw_songs = [&] {
    for (int64_t i = 0; i < f.positions.n_rows; ++i) {
      const int32_t c = has_classes ? classes.labels[static_cast<size_t>(i)] : -1;
      Marker marker = c < 0 ? Marker{MarkerShape::circle, kUnlabelled} : markers[static_cast<size_t>(c)];
      marker.fill = marker.fill.with_alpha(.6);
      figure.marker(panel.at(f.positions(i, 0), f.positions(i, 1)), marker, 5);
    }
  };
  if (f.positions.n_rows > 4000)
    figure.flattened(panel.area, draw_songs);
  else
    figure.clipped(panel.area, draw_songs);
  for (const Ellipse& e : f.ellipses) {
    std::vector<Point> points;
    for (const auto& p : outline(e, f.n_deviations)) points.push_back(panel.at(p[0], p[1]));
    const Colour colour = e.colour < 0 ? kControl : darker(kClassColours[static_cast<size_t>(e.colour) % 8]);
    figure.polyline(points,
                    {.colour = colour, .width = std::clamp(40 * e.weight, 1.0, 3.0), .is_dashed = e.colour < 0});
  }
  for (const Ellipse& e : f.ellipses)
    figure.text(panel.at(e.x, e.y), e.name,
                {.size = kSmallSize, .is_bold = true, .h = HAlign::centre, .has_halo = true});
  if (has_classes) legend.draw(figure, {kEdge + kSide + 16, surround.top()});
  return figure;
}

}  // namespace songscape
