#include "report/figure.h"

#include <cairo-svg.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "report/svg.h"

namespace songscape {
namespace {

struct Free {
  void operator()(cairo_t* c) const { cairo_destroy(c); }
  void operator()(cairo_surface_t* s) const { cairo_surface_destroy(s); }
  void operator()(PangoContext* c) const { g_object_unref(c); }
  void operator()(PangoLayout* l) const { g_object_unref(l); }
};
using Surface = std::unique_ptr<cairo_surface_t, Free>;
using Context = std::unique_ptr<cairo_t, Free>;
using Layout = std::unique_ptr<PangoLayout, Free>;

void check_status(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    fail(ExitCode::failed, {.what = "a figure could not be drawn",
                            .where = "Cairo",
                            .seen = cairo_status_to_string(status),
                            .wanted = {},
                            .fix = "this is a defect of Songscape: please report it"});
}

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int n) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), n);
  return CAIRO_STATUS_SUCCESS;
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
// Cairo counts in 24.8 fixed point.
double within_cairo(double v) { return std::clamp(v, -1e6, 1e6); }

void add_polygon(cairo_t* cr, std::span<const Point> points) {
  for (const Point& p : points)
    if (is_finite(p)) cairo_line_to(cr, within_cairo(p.x), within_cairo(p.y));
  cairo_close_path(cr);
}

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

// What Pango may safely be given: no controls, no bad UTF-8, not too long; the joiners that Indic and Persian writing
// needs are kept.
std::string drawable(std::string_view bytes, size_t max_bytes) {
  std::string cut(bytes.substr(0, max_bytes));
  if (cut.size() < bytes.size()) {
    while (!cut.empty() && (bytes[cut.size()] & 0xC0) == 0x80) cut.pop_back();
    cut += "…";
  }
  std::string out;
  for (size_t i = 0; i < cut.size();) {
    const size_t joiner = std::min(cut.find("\u200C", i), cut.find("\u200D", i));
    out += escape_for_terminal(std::string_view(cut).substr(i, joiner == cut.npos ? joiner : joiner - i));
    if (joiner == cut.npos) break;
    out += cut.substr(joiner, 3);
    i = joiner + 3;
  }
  return out;
}

}  // namespace

struct Figure::State {
  double width, height;
  std::string description;
  Surface recording;
  Context context;
  std::unique_ptr<PangoContext, Free> fonts;
  std::vector<PlacedText> texts;

  cairo_t* cr() const { return context.get(); }

  Layout layout(const std::string& text, const TextStyle& style) const {
    Layout out(pango_layout_new(fonts.get()));
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family(font, "DejaVu Sans, Noto Sans, sans-serif");
    pango_font_description_set_weight(font, style.is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
    pango_layout_set_font_description(out.get(), font);
    pango_font_description_free(font);
    pango_layout_set_text(out.get(), text.data(), static_cast<int>(text.size()));
    if (style.max_width > 0) {
      pango_layout_set_width(out.get(), static_cast<int>(style.max_width * PANGO_SCALE));
      if (style.wraps)
        pango_layout_set_wrap(out.get(), PANGO_WRAP_WORD_CHAR);
      else
        pango_layout_set_ellipsize(out.get(), PANGO_ELLIPSIZE_END);
    }
    return out;
  }
};

namespace {

constexpr size_t kLineBytes = 400, kWrappedBytes = 4000;

Box extents(PangoLayout* layout) {
  PangoRectangle r;
  pango_layout_get_extents(layout, nullptr, &r);
  const auto px = [](int units) { return static_cast<double>(units) / PANGO_SCALE; };
  return {px(r.x), px(r.y), px(r.width), px(r.height)};
}

// The box's top left corner against the text's point.
Point aligned(const Box& box, const TextStyle& style) {
  const double right = style.h == HAlign::left ? 0 : style.h == HAlign::centre ? .5 : 1;
  const double down = style.v == VAlign::top ? 0 : style.v == VAlign::middle ? .5 : 1;
  return {-right * box.width, -down * box.height};
}

Box turned(Point at, Point corner, const Box& box, double angle) {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const double x : {corner.x, corner.x + box.width})
    for (const double y : {corner.y, corner.y + box.height}) {
      const double px = at.x + x * std::cos(angle) - y * std::sin(angle);
      const double py = at.y + x * std::sin(angle) + y * std::cos(angle);
      left = std::min(left, px), right = std::max(right, px);
      top = std::min(top, py), bottom = std::max(bottom, py);
    }
  return {left, top, right - left, bottom - top};
}

}  // namespace

Figure::Figure(double width, double height, std::string description) : state_(std::make_unique<State>()) {
  check(width >= 1 && width <= 8000 && height >= 1 && height <= 8000, "a figure has 1 to 8,000 pixels a side");
  state_->width = std::ceil(width);
  state_->height = std::ceil(height);
  state_->description = std::move(description);
  const cairo_rectangle_t extent{0, 0, state_->width, state_->height};
  state_->recording.reset(cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extent));
  state_->context.reset(cairo_create(state_->recording.get()));
  state_->fonts.reset(pango_cairo_create_context(state_->cr()));
  // Without hints a text is as wide at every scale.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(state_->fonts.get(), options);
  pango_context_set_round_glyph_positions(state_->fonts.get(), false);
  cairo_font_options_destroy(options);
  rectangle({0, 0, state_->width, state_->height}, kPaper);
}

Figure::~Figure() = default;
Figure::Figure(Figure&&) noexcept = default;
Figure& Figure::operator=(Figure&&) noexcept = default;
double Figure::width() const { return state_->width; }
double Figure::height() const { return state_->height; }
const std::string& Figure::description() const { return state_->description; }
const std::vector<PlacedText>& Figure::texts() const { return state_->texts; }

void Figure::line(Point from, Point to, const Stroke& stroke) {
  const Point points[] = {from, to};
  if (is_finite(from) && is_finite(to)) polyline(points, stroke);
}

void Figure::polyline(std::span<const Point> points, const Stroke& stroke) {
  cairo_t* cr = state_->cr();
  set_stroke(cr, stroke);
  for (size_t i = 0; i < points.size(); ++i) {
    if (!is_finite(points[i])) continue;
    const double x = within_cairo(points[i].x), y = within_cairo(points[i].y);
    const bool starts = i == 0 || !is_finite(points[i - 1]);
    if (starts) cairo_move_to(cr, x, y);
    // A point alone becomes a dot: a segment of no length with round ends.
    if (!starts || i + 1 == points.size() || !is_finite(points[i + 1])) cairo_line_to(cr, x, y);
  }
  cairo_stroke(cr);
}

void Figure::polygon(std::span<const Point> points, Colour fill) {
  set_colour(state_->cr(), fill);
  add_polygon(state_->cr(), points);
  cairo_fill(state_->cr());
}

void Figure::rectangle(const Box& box, Colour fill) {
  set_colour(state_->cr(), fill);
  cairo_rectangle(state_->cr(), box.x, box.y, box.width, box.height);
  cairo_fill(state_->cr());
}

void Figure::frame(const Box& box, const Stroke& stroke) {
  set_stroke(state_->cr(), stroke);
  cairo_rectangle(state_->cr(), box.x, box.y, box.width, box.height);
  cairo_stroke(state_->cr());
}

void Figure::marker(Point at, const Marker& marker, double size) {
  if (!is_finite(at)) return;
  cairo_t* cr = state_->cr();
  cairo_new_path(cr);
  if (marker.shape == MarkerShape::circle) {
    cairo_arc(cr, at.x, at.y, size / 2, 0, 2 * std::numbers::pi);
  } else {
    for (const Point& p : outline(marker.shape)) cairo_line_to(cr, at.x + p.x * size / 2, at.y + p.y * size / 2);
    cairo_close_path(cr);
  }
  set_colour(cr, marker.fill);
  cairo_fill_preserve(cr);
  set_stroke(cr, {.colour = darker(marker.fill), .width = std::min(.8, size / 8)});
  cairo_stroke(cr);
}

Box Figure::measure(std::string_view text, const TextStyle& style) const {
  const Layout layout = state_->layout(drawable(text, style.wraps ? kWrappedBytes : kLineBytes), style);
  const Box box = extents(layout.get());
  return {0, 0, box.width, box.height};
}

Box Figure::text(Point at, std::string_view text, const TextStyle& style) {
  if (text.empty() || !is_finite(at)) return {at.x, at.y, 0, 0};
  const std::string shown = drawable(text, style.wraps ? kWrappedBytes : kLineBytes);
  const Layout layout = state_->layout(shown, style);
  const Box box = extents(layout.get());
  const Point corner = aligned(box, style);
  const double angle = style.angle_deg * std::numbers::pi / 180;
  cairo_t* cr = state_->cr();
  cairo_save(cr);
  cairo_translate(cr, at.x, at.y);
  cairo_rotate(cr, angle);
  cairo_move_to(cr, corner.x - box.x, corner.y - box.y);
  if (style.has_halo) {
    pango_cairo_layout_path(cr, layout.get());
    set_stroke(cr, {.colour = kPaper.with_alpha(.9), .width = 3});
    cairo_stroke(cr);
    cairo_move_to(cr, corner.x - box.x, corner.y - box.y);
  }
  set_colour(cr, style.colour);
  pango_cairo_show_layout(cr, layout.get());
  cairo_restore(cr);
  const Box placed = turned(at, corner, box, angle);
  state_->texts.push_back({shown, placed});
  return placed;
}

void Figure::image(const Box& box, int n_columns, int n_rows, std::span<const Colour> pixels) {
  check(n_columns > 0 && n_rows > 0 && pixels.size() == static_cast<size_t>(n_columns) * static_cast<size_t>(n_rows),
        "an image has n_columns × n_rows pixels");
  const Surface picture(cairo_image_surface_create(CAIRO_FORMAT_RGB24, n_columns, n_rows));
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
  cairo_t* cr = state_->cr();
  cairo_save(cr);
  cairo_rectangle(cr, box.x, box.y, box.width, box.height);
  cairo_clip(cr);
  cairo_translate(cr, box.x, box.y);
  cairo_scale(cr, box.width / n_columns, box.height / n_rows);
  cairo_set_source_surface(cr, picture.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_restore(cr);
}

void Figure::clipped(const Box& box, const std::function<void()>& draw) {
  cairo_save(state_->cr());
  cairo_rectangle(state_->cr(), box.x, box.y, box.width, box.height);
  cairo_clip(state_->cr());
  draw();
  cairo_restore(state_->cr());
}

void Figure::flattened(const Box& box, const std::function<void()>& draw) {
  constexpr double kScale = 2;
  const Surface picture(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(std::ceil(box.width * kScale)),
                                                   static_cast<int>(std::ceil(box.height * kScale))));
  check_status(cairo_surface_status(picture.get()));
  Context bitmap(cairo_create(picture.get()));
  cairo_scale(bitmap.get(), kScale, kScale);
  cairo_translate(bitmap.get(), -box.x, -box.y);
  std::swap(state_->context, bitmap);
  draw();
  std::swap(state_->context, bitmap);
  cairo_t* cr = state_->cr();
  cairo_save(cr);
  cairo_translate(cr, box.x, box.y);
  cairo_scale(cr, 1 / kScale, 1 / kScale);
  cairo_set_source_surface(cr, picture.get(), 0, 0);
  cairo_paint(cr);
  cairo_restore(cr);
}

std::string Figure::to_png(double scale) const {
  const Surface picture(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                                   static_cast<int>(std::ceil(state_->width * scale)),
                                                   static_cast<int>(std::ceil(state_->height * scale))));
  check_status(cairo_surface_status(picture.get()));
  const Context out(cairo_create(picture.get()));
  cairo_scale(out.get(), scale, scale);
  cairo_set_source_surface(out.get(), state_->recording.get(), 0, 0);
  cairo_paint(out.get());
  std::string bytes;
  check_status(cairo_surface_write_to_png_stream(picture.get(), append, &bytes));
  return bytes;
}

std::string Figure::to_svg() const {
  std::string bytes;
  const Surface page(cairo_svg_surface_create_for_stream(append, &bytes, state_->width, state_->height));
  cairo_svg_surface_set_document_unit(page.get(), CAIRO_SVG_UNIT_PX);
  {
    const Context out(cairo_create(page.get()));
    cairo_set_source_surface(out.get(), state_->recording.get(), 0, 0);
    cairo_paint(out.get());
  }
  cairo_surface_finish(page.get());
  check_status(cairo_surface_status(page.get()));
  return with_description(with_stable_ids(bytes), state_->description);
}

void Figure::save(const std::filesystem::path& base) const {
  if (base.has_parent_path()) make_folder(base.parent_path());
  publish_file(base.string() + ".png", to_png());
  publish_file(base.string() + ".svg", to_svg());
}

}  // namespace songscape
