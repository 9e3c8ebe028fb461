#include "report/panel.h"

#include <algorithm>
#include <cmath>

namespace songscape {
namespace {

constexpr double kTitleLine = 26, kPanelTitle = 20, kTickGap = 5;

const TextStyle kTickStyle{.size = kSmallSize, .colour = kQuietInk};

double widest_tick(const Axis& axis) {
  double out = 0;
  for (const Tick& t : axis.ticks) out = std::max(out, text_width(t.text, kTickStyle));
  return out;
}

}  // namespace

double wrapped_height(const std::string& text, double width, double size) {
  if (text.empty()) return 0;
  return Figure(1, 1, "").measure(text, {.size = size, .max_width = width, .wraps = true}).height;
}

double text_width(const std::string& text, const TextStyle& style) {
  thread_local const Figure scratch(1, 1, "");
  return scratch.measure(text, style).width;
}

double Surround::top() const {
  return kEdge + (title.empty() ? 0 : std::max(kTitleLine, wrapped_height(title, width - 2 * kEdge, kTitleSize) + 8));
}

double Surround::bottom() const {
  return kEdge + (caption.empty() ? 0 : wrapped_height(caption, width - 2 * kEdge, kSmallSize) + 10);
}

void Surround::draw(Figure& figure) const {
  const double room = width - 2 * kEdge;
  figure.text({kEdge, kEdge}, title,
              {.size = kTitleSize, .is_bold = true, .v = VAlign::top, .max_width = room, .wraps = true});
  figure.text({kEdge, figure.height() - kEdge}, caption,
              {.size = kSmallSize, .colour = kQuietInk, .v = VAlign::bottom, .max_width = room, .wraps = true});
}

Point Panel::at(double x_value, double y_value) const {
  return {area.x + area.width * x.place(x_value), area.bottom() - area.height * y.place(y_value)};
}

Panel fit_panel(const Box& outer, Axis x, Axis y, const PanelTexts& texts) {
  const double left = widest_tick(y) + kTickGap + (texts.y_label.empty() ? 4 : 20);
  const double top = texts.title.empty() ? 6 : kPanelTitle;
  const double bottom = (x.ticks.empty() ? 4 : 18) + (texts.x_label.empty() ? 0 : 16);
  const double right = 8;
  const Box area{outer.x + left, outer.y + top, std::max(20.0, outer.width - left - right),
                 std::max(20.0, outer.height - top - bottom)};
  return {area, std::move(x), std::move(y)};
}

void draw_axes(Figure& figure, const Panel& panel, const PanelTexts& texts) {
  const Box& area = panel.area;
  for (const Tick& t : panel.y.ticks) {
    const double y = panel.at(panel.x.low, t.value).y;
    figure.line({area.x, y}, {area.right(), y}, {.colour = kGrid, .width = 1});
    TextStyle style = kTickStyle;
    style.h = HAlign::right;
    figure.text({area.x - kTickGap, y}, t.text, style);
  }
  double free_from = -1e9;  // a tick text that would run into the one before it is left out
  for (const Tick& t : panel.x.ticks) {
    const double x = panel.at(t.value, panel.y.low).x;
    figure.line({x, area.bottom()}, {x, area.bottom() + 3}, {.colour = kQuietInk, .width = 1});
    const double half = text_width(t.text, kTickStyle) / 2;
    if (x - half < free_from) continue;
    free_from = x + half + 4;
    TextStyle style = kTickStyle;
    style.h = HAlign::centre;
    style.v = VAlign::top;
    figure.text({x, area.bottom() + kTickGap}, t.text, style);
  }
  figure.line({area.x, area.bottom()}, {area.right(), area.bottom()}, {.colour = kQuietInk, .width = 1});
  figure.text({area.x, area.y - kPanelTitle + 2}, texts.title,
              {.size = kTextSize + 1, .is_bold = true, .v = VAlign::top, .max_width = area.width});
  figure.text({area.x + area.width / 2, area.bottom() + 20}, texts.x_label,
              {.size = kSmallSize, .h = HAlign::centre, .v = VAlign::top, .max_width = area.width});
  figure.text(
      {area.x - widest_tick(panel.y) - kTickGap - 4, area.y + area.height / 2}, texts.y_label,
      {.size = kSmallSize, .h = HAlign::centre, .v = VAlign::bottom, .angle_deg = -90, .max_width = area.height});
}

void draw_colour_bar(Figure& figure, const Box& box, const ColourBar& bar) {
  constexpr int kSteps = 64;
  std::vector<Colour> pixels;
  for (int i = 0; i < kSteps; ++i) pixels.push_back(bar.colour(1 - (i + .5) / kSteps));
  figure.image({box.x, box.y, 12, box.height}, 1, kSteps, pixels);
  const Axis axis = make_exact_axis(bar.low, bar.high, bar.n_ticks);
  double widest = 0;
  for (const Tick& t : axis.ticks) {
    const double y = box.bottom() - box.height * axis.place(t.value);
    figure.line({box.x + 12, y}, {box.x + 15, y}, {.colour = kQuietInk});
    const Box placed = figure.text({box.x + 18, y}, t.text, kTickStyle);
    widest = std::max(widest, placed.width);
  }
  figure.text({box.x + 22 + widest, box.y + box.height / 2}, bar.label,
              {.size = kSmallSize, .h = HAlign::centre, .v = VAlign::top, .angle_deg = -90, .max_width = box.height});
}

}  // namespace songscape
