#include "report/curves.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kPanelWidth = 470, kPanelHeight = 270, kGap = 24, kLegendGap = 6, kMarkRow = 15;

Colour colour_of(const Line& line, size_t position) {
  const size_t i = line.colour >= 0 ? static_cast<size_t>(line.colour) : position;
  return kClassColours[i % (kClassColours.size() - 1)];
}

Stroke stroke_of(const Line& line, size_t position) {
  return {.colour = colour_of(line, position), .width = 1.8, .is_dashed = line.is_dashed};
}

Legend legend_of(const LinePanel& panel, double width) {
  std::vector<LegendEntry> entries;
  for (size_t i = 0; i < panel.lines.size(); ++i)
    if (!panel.lines[i].name.empty())
      entries.push_back({panel.lines[i].name, std::nullopt, stroke_of(panel.lines[i], i)});
  return {std::move(entries), width};
}

std::vector<double> gather(const LinePanel& panel, bool of_x) {
  std::vector<double> out;
  for (const Line& l : panel.lines) {
    check(l.x.size() == l.y.size(), "a line has as many x as y");
    check(l.low.size() == l.high.size() && (l.low.empty() || l.low.size() == l.x.size()),
          "an interval has a low and a high for every point");
    if (of_x) {
      out.insert(out.end(), l.x.begin(), l.x.end());
      continue;
    }
    out.insert(out.end(), l.y.begin(), l.y.end());
    out.insert(out.end(), l.low.begin(), l.low.end());
    out.insert(out.end(), l.high.begin(), l.high.end());
  }
  if (of_x)
    for (const MarkedX& m : panel.marks) out.push_back(m.x);
  return out;
}

void draw_band(Figure& figure, const Panel& place, const Line& line, Colour colour) {
  std::vector<Point> outline;
  for (size_t i = 0; i < line.low.size(); ++i) outline.push_back(place.at(line.x[i], line.high[i]));
  for (size_t i = line.low.size(); i-- > 0;) outline.push_back(place.at(line.x[i], line.low[i]));
  figure.polygon(outline, colour.with_alpha(.18));
}

void draw_line(Figure& figure, const Panel& place, const Line& line, const Stroke& stroke) {
  if (!line.low.empty()) draw_band(figure, place, line, stroke.colour);
  std::vector<Point> points;
  for (size_t i = 0; i < line.x.size(); ++i) points.push_back(place.at(line.x[i], line.y[i]));
  figure.polyline(points, stroke);
  if (points.size() <= 25)
    for (const Point& p : points) figure.marker(p, {MarkerShape::circle, stroke.colour}, 4.5);
}

void draw_choice(Figure& figure, const Panel& place, const Line& line, Colour colour) {
  if (!line.chosen_x) return;
  const auto it = std::find(line.x.begin(), line.x.end(), *line.chosen_x);
  if (it == line.x.end()) return;
  const Point at = place.at(*it, line.y[static_cast<size_t>(it - line.x.begin())]);
  figure.marker(at, {MarkerShape::circle, kPaper}, 13);
  figure.marker(at, {MarkerShape::circle, colour}, 9);
}

// Dashed lines with their texts in the strip above the panel, a row each where they would meet.
void draw_marks(Figure& figure, const Panel& place, const std::vector<MarkedX>& marks) {
  std::vector<Box> taken;
  for (const MarkedX& m : marks) {
    const double x = place.at(m.x, place.y.low).x;
    if (!std::isfinite(x)) continue;
    figure.line({x, place.area.y}, {x, place.area.bottom()}, {.colour = kQuietInk, .is_dashed = true});
    const TextStyle style{.size = kSmallSize, .colour = kQuietInk, .v = VAlign::bottom, .max_width = 200};
    const Box size = figure.measure(m.text, style);
    Box box{std::clamp(x - size.width / 2, place.area.x, std::max(place.area.x, place.area.right() - size.width)),
            place.area.y - 2 - size.height, size.width, size.height};
    while (std::any_of(taken.begin(), taken.end(), [&](const Box& t) { return t.overlaps(box); })) box.y -= kMarkRow;
    taken.push_back(box);
    figure.text({box.x, box.bottom()}, m.text, style);
  }
}

double mark_room(const std::vector<MarkedX>& marks) { return kMarkRow * static_cast<double>(marks.size()); }

void draw_panel(Figure& figure, const LinePanel& panel, const Box& outer, double legend_height) {
  const std::vector<double> x = gather(panel, true), y = gather(panel, false);
  const bool is_whole = std::all_of(x.begin(), x.end(), [](double v) { return !(v != std::floor(v)); });
  Axis x_axis = is_whole ? make_whole_axis(x) : make_axis(x, panel.x_scale);
  const PanelTexts texts{panel.title, panel.x_label, panel.y_label};
  const Box plot{outer.x, outer.y, outer.width, outer.height - legend_height - kLegendGap};
  Panel place = fit_panel(plot, std::move(x_axis), make_axis(y, panel.y_scale), texts);
  figure.text({place.area.x, outer.y}, panel.title, kPanelTitleStyle);
  place.area.y += mark_room(panel.marks);
  place.area.height -= mark_room(panel.marks);
  draw_axes(figure, place, {"", panel.x_label, panel.y_label});
  draw_marks(figure, place, panel.marks);
  figure.clipped(place.area.inset(-8), [&] {
    for (size_t i = 0; i < panel.lines.size(); ++i)
      draw_line(figure, place, panel.lines[i], stroke_of(panel.lines[i], i));
    for (size_t i = 0; i < panel.lines.size(); ++i)
      draw_choice(figure, place, panel.lines[i], colour_of(panel.lines[i], i));
  });
  if (std::none_of(y.begin(), y.end(), [](double v) { return std::isfinite(v); }))
    figure.text({place.area.x + place.area.width / 2, place.area.y + place.area.height / 2}, "no values",
                {.colour = kQuietInk, .h = HAlign::centre});
  legend_of(panel, place.area.width).draw(figure, {place.area.x, outer.bottom() - legend_height});
}

}  // namespace

Figure draw_lines(const LineFigure& f) {
  const size_t n_columns = std::clamp<size_t>(f.panels.size(), 1, static_cast<size_t>(std::max(1, f.n_columns)));
  const size_t n_rows = std::max<size_t>(1, (f.panels.size() + n_columns - 1) / n_columns);
  const double panel_width = n_columns == 1 ? 720 : kPanelWidth;
  const double height_of_plot = n_columns == 1 ? 340 : kPanelHeight;
  double legend_height = 0;
  for (const LinePanel& p : f.panels) legend_height = std::max(legend_height, legend_of(p, panel_width - 70).height());
  const double panel_height = height_of_plot + legend_height;
  const double width = 2 * kEdge + static_cast<double>(n_columns) * (panel_width + kGap) - kGap;
  const Surround surround{f.title, f.caption, width};
  const double contents = static_cast<double>(n_rows) * (panel_height + kGap) - kGap;
  Figure figure(width, surround.top() + contents + surround.bottom(), f.title);
  surround.draw(figure);
  for (size_t i = 0; i < f.panels.size(); ++i) {
    const double x = kEdge + static_cast<double>(i % n_columns) * (panel_width + kGap);
    const double y = surround.top() + static_cast<double>(i / n_columns) * (panel_height + kGap);
    draw_panel(figure, f.panels[i], {x, y, panel_width, panel_height}, legend_height);
  }
  return figure;
}

Figure draw_training_curves(const TrainingCurves& curves) {
  LineFigure out{curves.title, curves.caption, {}, 2};
  for (const TrainingTerm& term : curves.terms) {
    LinePanel panel{term.title, "epoch", term.unit, {}, AxisScale::automatic, {}};
    const bool has_both = !term.train.empty() && !term.validation.empty();
    if (!term.train.empty())
      panel.lines.push_back({.name = has_both ? "training" : "", .x = curves.epochs, .y = term.train});
    if (!term.validation.empty())
      panel.lines.push_back({.name = "validation", .x = curves.epochs, .y = term.validation, .colour = 3});
    if (curves.best_epoch)
      panel.marks.push_back({*curves.best_epoch, "best epoch " + format_number(*curves.best_epoch)});
    out.panels.push_back(std::move(panel));
  }
  return draw_lines(out);
}

Figure draw_cluster_selection(const ClusterSelection& selection) {
  LinePanel panel{"", "number of clusters K", "silhouette", {}, AxisScale::linear, {}};
  for (const SelectionCurve& c : selection.curves) {
    const std::string choice = c.chosen ? ": K = " + format_number(*c.chosen) : "";
    panel.lines.push_back({.name = c.algorithm + choice, .x = c.n_clusters, .y = c.silhouette, .chosen_x = c.chosen});
  }
  if (selection.n_classes)
    panel.marks.push_back({*selection.n_classes, format_number(*selection.n_classes) + " labels"});
  return draw_lines({selection.title, selection.caption, {panel}, 1});
}

}  // namespace songscape
