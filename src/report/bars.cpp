#include "report/bars.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kPanelWidth = 470, kGap = 28, kAround = 58, kLongestName = 190, kValueRoom = 62;
constexpr int kMostClasses = 100;

double row_height(size_t n_bars) { return n_bars <= 12 ? 24 : n_bars <= 30 ? 18 : 15; }
double panel_height(const BarPanel& p) {
  return kAround + (p.reference ? 16 : 0) +
         std::max(2.0, static_cast<double>(p.bars.size())) * row_height(p.bars.size());
}

std::string value_text(const Bar& bar) {
  if (!std::isfinite(bar.value)) return "–";
  const bool is_whole = bar.value == std::floor(bar.value) && std::abs(bar.value) < 1e9;
  std::string out = is_whole ? format_number(bar.value) : format_number(bar.value, 3);
  if (out.starts_with('-')) out = "−" + out.substr(1);
  return out;
}

std::vector<double> all_values(const BarPanel& p) {
  std::vector<double> out;
  for (const Bar& b : p.bars) {
    out.push_back(b.value);
    if (b.low) out.push_back(*b.low);
    if (b.high) out.push_back(*b.high);
  }
  if (p.reference) out.push_back(*p.reference);
  return out;
}

void draw_interval(Figure& figure, double low, double high, double y) {
  for (const Stroke& stroke : {Stroke{.colour = kPaper.with_alpha(.8), .width = 3.4}, Stroke{.width = 1.3}}) {
    figure.line({low, y}, {high, y}, stroke);
    for (const double x : {low, high}) figure.line({x, y - 3}, {x, y + 3}, stroke);
  }
}

Colour colour_of(const Bar& bar) {
  return bar.colour < 0 ? kControl : kClassColours[static_cast<size_t>(bar.colour) % kClassColours.size()];
}

void draw_bar(Figure& figure, const Panel& place, const Bar& bar, double y, double thick) {
  const double size = std::min(kTextSize, thick + 2);
  figure.text({place.area.x - 6, y}, bar.name, {.size = size, .h = HAlign::right, .max_width = kLongestName});
  const double zero = place.at(std::clamp(0.0, place.x.low, place.x.high), 0).x;
  if (std::isfinite(bar.value)) {
    const double x = place.at(bar.value, 0).x;
    figure.rectangle({std::min(zero, x), y - thick / 2, std::abs(x - zero), thick}, colour_of(bar));
  }
  if (bar.low && bar.high && std::isfinite(*bar.low) && std::isfinite(*bar.high))
    draw_interval(figure, place.at(*bar.low, 0).x, place.at(*bar.high, 0).x, y);
  figure.text({place.area.right() + kValueRoom - 4, y}, value_text(bar),
              {.size = size, .colour = kQuietInk, .h = HAlign::right, .max_width = kValueRoom - 6});
}

void draw_reference(Figure& figure, const Panel& place, const BarPanel& panel) {
  if (!panel.reference || !std::isfinite(*panel.reference)) return;
  const double x = place.at(*panel.reference, 0).x;
  figure.line({x, place.area.y - 2}, {x, place.area.bottom()}, {.colour = kInk, .width = 1.2, .is_dashed = true});
  figure.text({x, place.area.y - 3}, panel.reference_text,
              {.size = kSmallSize, .h = HAlign::centre, .v = VAlign::bottom, .max_width = 150});
}

void draw_panel(Figure& figure, const BarPanel& panel, const Box& outer) {
  double names = 0;
  for (const Bar& b : panel.bars) names = std::max(names, text_width(b.name));
  names = std::min(names, kLongestName) + 8;
  const double row = row_height(panel.bars.size());
  const double heading = panel.reference ? 38 : 22;
  const Box area{outer.x + names, outer.y + heading, outer.width - names - kValueRoom,
                 std::max(2.0, static_cast<double>(panel.bars.size())) * row};
  Panel place{area, make_axis_from_zero(all_values(panel), 4), Axis{}};
  figure.text({outer.x, outer.y}, panel.title,
              {.size = kTextSize + 1, .is_bold = true, .v = VAlign::top, .max_width = outer.width});
  for (const Tick& t : place.x.ticks) {
    const double x = place.at(t.value, 0).x;
    figure.line({x, area.y}, {x, area.bottom()}, {.colour = kGrid});
    figure.text({x, area.bottom() + 4}, t.text,
                {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::centre, .v = VAlign::top});
  }
  for (size_t i = 0; i < panel.bars.size(); ++i)
    draw_bar(figure, place, panel.bars[i], area.y + (static_cast<double>(i) + .5) * row, row * .68);
  draw_reference(figure, place, panel);
  if (panel.bars.empty()) figure.text({area.x, area.y + row}, "nothing to show", {.colour = kQuietInk});
  figure.text({area.x + area.width / 2, area.bottom() + 18}, panel.value_label,
              {.size = kSmallSize, .h = HAlign::centre, .v = VAlign::top, .max_width = area.width});
}

}  // namespace

Figure draw_bars(const BarFigure& f) {
  const double n = static_cast<double>(std::max<size_t>(1, f.panels.size()));
  const double panel_width = f.panels.size() <= 1 ? 720 : kPanelWidth;
  double contents = 100;
  for (const BarPanel& p : f.panels) contents = std::max(contents, panel_height(p));
  const double width = 2 * kEdge + n * (panel_width + kGap) - kGap;
  const Surround surround{f.title, f.caption, width};
  Figure figure(width, surround.top() + contents + surround.bottom(), f.title);
  surround.draw(figure);
  for (size_t i = 0; i < f.panels.size(); ++i)
    draw_panel(figure, f.panels[i],
               {kEdge + static_cast<double>(i) * (panel_width + kGap), surround.top(), panel_width, contents});
  return figure;
}

Figure draw_distributions(const std::string& title, const std::string& caption,
                          const std::vector<Distribution>& distributions) {
  BarFigure out{title, caption, {}};
  for (size_t d = 0; d < distributions.size(); ++d) {
    const Classes classes = fold_small_classes(distributions[d].classes, kMostClasses);
    const std::vector<int64_t> counts = classes.counts();
    std::vector<size_t> order(counts.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return counts[a] > counts[b]; });
    BarPanel panel{distributions[d].title, "songs", {}, std::nullopt, ""};
    const int colour = static_cast<int>(2 * d % kClassColours.size());
    for (const size_t c : order)
      panel.bars.push_back({classes.names[c], static_cast<double>(counts[c]), std::nullopt, std::nullopt, colour});
    if (const int64_t none = classes.n_unlabelled(); none > 0)
      panel.bars.push_back({"none", static_cast<double>(none), std::nullopt, std::nullopt, -1});
    out.panels.push_back(std::move(panel));
  }
  return draw_bars(out);
}

Figure draw_histogram(const Histogram& h) {
  check(h.n_bins >= 1 && h.n_bins <= 1000, "a histogram has 1 to 1,000 bins");
  std::vector<double> values;
  std::copy_if(h.values.begin(), h.values.end(), std::back_inserter(values), [](double v) { return std::isfinite(v); });
  std::string caption = h.caption;
  if (const size_t n_left = h.values.size() - values.size(); n_left > 0)
    caption += (caption.empty() ? "" : " ") + std::to_string(n_left) + " values are not finite and are left out.";
  Axis x = make_axis(values, AxisScale::linear, 8);
  const size_t n_bins = static_cast<size_t>(h.n_bins);
  std::vector<double> counts(n_bins, 0);
  for (const double v : values)
    ++counts[std::min(n_bins - 1, static_cast<size_t>(x.place(v) * static_cast<double>(n_bins)))];
  constexpr double kWidth = 720, kHeight = 340;
  const Surround surround{h.title, caption, kWidth};
  Figure figure(kWidth, surround.top() + kHeight + surround.bottom(), h.title);
  surround.draw(figure);
  const PanelTexts texts{"", h.x_label, h.y_label};
  const Box outer{kEdge, surround.top(), kWidth - 2 * kEdge, kHeight};
  const Panel place = fit_panel(outer, std::move(x), make_axis_from_zero(counts), texts);
  draw_axes(figure, place, texts);
  const double bin = place.area.width / static_cast<double>(n_bins);
  for (size_t i = 0; i < n_bins; ++i) {
    const double top = place.at(place.x.low, counts[i]).y;
    figure.rectangle({place.area.x + static_cast<double>(i) * bin + .5, top, bin - 1, place.area.bottom() - top},
                     kClassColours[0]);
  }
  return figure;
}

}  // namespace songscape
