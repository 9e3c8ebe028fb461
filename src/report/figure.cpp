#include "report/figure.h"

#include <cairo-svg.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "report/pen.h"
#include "report/svg.h"

namespace songscape {
namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using Layout = std::shared_ptr<PangoLayout>;

// A step of the drawing, repeated for each output.  Cairo's own recording surface leaks when it is painted on SVG.
using Step = std::function<void(cairo_t*)>;

void play(const std::vector<Step>& steps, cairo_t* cr) {
  for (const Step& step : steps) step(cr);
}

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int n) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), n);
  return CAIRO_STATUS_SUCCESS;
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
  std::vector<Step> steps;
  std::unique_ptr<PangoContext, Unref> fonts;
  std::vector<PlacedText> texts;

  Layout layout(const std::string& text, const TextStyle& style) const {
    Layout out(pango_layout_new(fonts.get()), Unref{});
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
  state_->fonts.reset(pango_font_map_create_context(pango_cairo_font_map_get_default()));
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
  state_->steps.push_back([points = std::vector(points.begin(), points.end()), stroke](cairo_t* cr) {
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
  });
}

void Figure::polygon(std::span<const Point> points, Colour fill) {
  state_->steps.push_back([points = std::vector(points.begin(), points.end()), fill](cairo_t* cr) {
    set_colour(cr, fill);
    add_polygon(cr, points);
    cairo_fill(cr);
  });
}

void Figure::rectangle(const Box& box, Colour fill) {
  state_->steps.push_back([box, fill](cairo_t* cr) {
    set_colour(cr, fill);
    cairo_rectangle(cr, box.x, box.y, box.width, box.height);
    cairo_fill(cr);
  });
}

void Figure::frame(const Box& box, const Stroke& stroke) {
  state_->steps.push_back([box, stroke](cairo_t* cr) {
    set_stroke(cr, stroke);
    cairo_rectangle(cr, box.x, box.y, box.width, box.height);
    cairo_stroke(cr);
  });
}

void Figure::marker(Point at, const Marker& marker, double size) {
  if (!is_finite(at)) return;
  state_->steps.push_back([at, marker, size](cairo_t* cr) {
    add_marker(cr, at, marker.shape, size);
    set_colour(cr, marker.fill);
    cairo_fill_preserve(cr);
    set_stroke(cr, {.colour = darker(marker.fill), .width = std::min(.8, size / 8)});
    cairo_stroke(cr);
  });
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
  const Point from{corner.x - box.x, corner.y - box.y};
  state_->steps.push_back([layout, at, from, angle, colour = style.colour, has_halo = style.has_halo](cairo_t* cr) {
    cairo_save(cr);
    cairo_translate(cr, at.x, at.y);
    cairo_rotate(cr, angle);
    if (has_halo) {
      cairo_move_to(cr, from.x, from.y);
      pango_cairo_layout_path(cr, layout.get());
      set_stroke(cr, {.colour = kPaper.with_alpha(.9), .width = 3});
      cairo_stroke(cr);
    }
    cairo_move_to(cr, from.x, from.y);
    set_colour(cr, colour);
    pango_cairo_show_layout(cr, layout.get());
    cairo_restore(cr);
  });
  const Box placed = turned(at, corner, box, angle);
  state_->texts.push_back({shown, placed});
  return placed;
}

void Figure::image(const Box& box, int n_columns, int n_rows, std::span<const Colour> pixels) {
  check(n_columns > 0 && n_rows > 0 && pixels.size() == static_cast<size_t>(n_columns) * static_cast<size_t>(n_rows),
        "an image has n_columns × n_rows pixels");
  const Surface picture = picture_of(n_columns, n_rows, pixels);
  state_->steps.push_back([box, n_columns, n_rows, picture](cairo_t* cr) {
    cairo_save(cr);
    cairo_rectangle(cr, box.x, box.y, box.width, box.height);
    cairo_clip(cr);
    cairo_translate(cr, box.x, box.y);
    cairo_scale(cr, box.width / n_columns, box.height / n_rows);
    cairo_set_source_surface(cr, picture.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_paint(cr);
    cairo_restore(cr);
  });
}

void Figure::clipped(const Box& box, const std::function<void()>& draw) {
  state_->steps.push_back([box](cairo_t* cr) {
    cairo_save(cr);
    cairo_rectangle(cr, box.x, box.y, box.width, box.height);
    cairo_clip(cr);
  });
  draw();
  state_->steps.push_back(cairo_restore);
}

void Figure::flattened(const Box& box, const std::function<void()>& draw) {
  constexpr double kScale = 2;
  std::vector<Step> inner;
  std::swap(state_->steps, inner);
  draw();
  std::swap(state_->steps, inner);
  const Surface picture =
      own(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(std::ceil(box.width * kScale)),
                                     static_cast<int>(std::ceil(box.height * kScale))));
  const Context bitmap(cairo_create(picture.get()));
  cairo_scale(bitmap.get(), kScale, kScale);
  cairo_translate(bitmap.get(), -box.x, -box.y);
  play(inner, bitmap.get());
  check_status(cairo_status(bitmap.get()));
  state_->steps.push_back([box, picture](cairo_t* cr) {
    cairo_save(cr);
    cairo_translate(cr, box.x, box.y);
    cairo_scale(cr, 1 / kScale, 1 / kScale);
    cairo_set_source_surface(cr, picture.get(), 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
  });
}

std::string Figure::to_png(double scale) const {
  const Surface picture =
      own(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(state_->width * scale)),
                                     static_cast<int>(std::ceil(state_->height * scale))));
  const Context out(cairo_create(picture.get()));
  cairo_scale(out.get(), scale, scale);
  play(state_->steps, out.get());
  check_status(cairo_status(out.get()));
  std::string bytes;
  check_status(cairo_surface_write_to_png_stream(picture.get(), append, &bytes));
  return bytes;
}

std::string Figure::to_svg() const {
  std::string bytes;
  const Surface page = own(cairo_svg_surface_create_for_stream(append, &bytes, state_->width, state_->height));
  cairo_svg_surface_set_document_unit(page.get(), CAIRO_SVG_UNIT_PX);
  {
    const Context out(cairo_create(page.get()));
    play(state_->steps, out.get());
    check_status(cairo_status(out.get()));
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
