#include "report/pen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace songscape {
namespace {

// Corners of a regular shape around (0, 0), radius 1 outside and `inner` between.
std::vector<Point> star_points(int n_spikes, double inner, double turn) {
  std::vector<Point> out;
  for (int i = 0; i < 2 * n_spikes; ++i) {
    const double r = i % 2 ? inner : 1, angle = turn + std::numbers::pi * i / n_spikes;
    if (r > 0) out.push_back({r * std::sin(angle), -r * std::cos(angle)});
  }
  return out;
}

std::vector<Point> plus_points(double turn) {
  constexpr double w = .36;
  const std::vector<Point> upright{{-w, -1}, {w, -1}, {w, -w}, {1, -w}, {1, w},   {w, w},
                                   {w, 1},   {-w, 1}, {-w, w}, {-1, w}, {-1, -w}, {-w, -w}};
  std::vector<Point> out;
  for (const Point& p : upright)
    out.push_back({p.x * std::cos(turn) - p.y * std::sin(turn), p.x * std::sin(turn) + p.y * std::cos(turn)});
  return out;
}

// Outlines of about equal area for a size of 2; the circle has none.
const std::vector<Point>& outline(MarkerShape shape) {
  static const auto scaled = [](std::vector<Point> points, double by) {
    for (Point& p : points) p = {p.x * by, p.y * by};
    return points;
  };
  static const std::array<std::vector<Point>, kNumMarkerShapes> outlines{
      std::vector<Point>{},
      std::vector<Point>{{-.88, -.88}, {.88, -.88}, {.88, .88}, {-.88, .88}},
      scaled(star_points(3, 0, 0), 1.3),
      scaled(star_points(4, 0, 0), 1.22),
      scaled(star_points(3, 0, std::numbers::pi), 1.3),
      scaled(plus_points(std::numbers::pi / 4), 1.12),
      scaled(plus_points(0), 1.15),
      scaled(star_points(5, .45, 0), 1.4)};
  return outlines[static_cast<size_t>(shape)];
}

}  // namespace

Surface own(cairo_surface_t* surface) { return {surface, FreeCairo{}}; }

void check_status(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    fail(ExitCode::failed, {.what = "a figure could not be drawn",
                            .where = "Cairo",
                            .seen = cairo_status_to_string(status),
                            .wanted = {},
                            .fix = "this is a defect of Songscape: please report it"});
}

void set_colour(cairo_t* cr, Colour c) { cairo_set_source_rgba(cr, c.red, c.green, c.blue, c.alpha); }

void set_stroke(cairo_t* cr, const Stroke& stroke) {
  set_colour(cr, stroke.colour);
  cairo_set_line_width(cr, stroke.width);
  cairo_set_line_cap(cr, stroke.is_dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  const double dash[] = {4, 3};
  cairo_set_dash(cr, dash, stroke.is_dashed ? 2 : 0, 0);
}

bool is_finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }
double within_cairo(double v) { return std::clamp(v, -1e6, 1e6); }

void add_polygon(cairo_t* cr, std::span<const Point> points) {
  for (const Point& p : points)
    if (is_finite(p)) cairo_line_to(cr, within_cairo(p.x), within_cairo(p.y));
  cairo_close_path(cr);
}

void add_marker(cairo_t* cr, Point at, MarkerShape shape, double size) {
  cairo_new_path(cr);
  if (shape == MarkerShape::circle) {
    cairo_arc(cr, at.x, at.y, size / 2, 0, 2 * std::numbers::pi);
    return;
  }
  for (const Point& p : outline(shape)) cairo_line_to(cr, at.x + p.x * size / 2, at.y + p.y * size / 2);
  cairo_close_path(cr);
}

Surface picture_of(int n_columns, int n_rows, std::span<const Colour> pixels) {
  Surface picture = own(cairo_image_surface_create(CAIRO_FORMAT_RGB24, n_columns, n_rows));
  check_status(cairo_surface_status(picture.get()));
  unsigned char* bytes = cairo_image_surface_get_data(picture.get());
  const int stride = cairo_image_surface_get_stride(picture.get());
  const auto level = [](double v) { return static_cast<uint32_t>(std::lround(std::clamp(v, 0.0, 1.0) * 255)); };
  for (int y = 0; y < n_rows; ++y) {
    auto* row = reinterpret_cast<uint32_t*>(bytes + static_cast<ptrdiff_t>(y) * stride);
    for (int x = 0; x < n_columns; ++x) {
      const Colour& c = pixels[static_cast<size_t>(y) * static_cast<size_t>(n_columns) + static_cast<size_t>(x)];
      row[x] = level(c.red) << 16 | level(c.green) << 8 | level(c.blue);
    }
  }
  cairo_surface_mark_dirty(picture.get());
  return picture;
}

}  // namespace songscape
