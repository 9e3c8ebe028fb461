// The parts every plot shares: heading and caption, a rectangle with axes, a legend in columns, a colour bar.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/axis.h"
#include "report/figure.h"

namespace songscape {

inline constexpr double kTextSize = 11, kSmallSize = 10, kTitleSize = 15;
inline constexpr TextStyle kPanelTitleStyle{.size = kTextSize + 1, .is_bold = true, .v = VAlign::top};
inline constexpr double kEdge = 18;  // empty border of a figure

// Heading above and caption below what a figure shows; each takes no room where empty.
struct Surround {
  std::string title = {}, caption = {};
  double width = 0;       // of the figure
  double top() const;     // where the contents may start
  double bottom() const;  // room to leave below them
  void draw(Figure& figure) const;
};

// Height that `text` takes when wrapped at `width`.
double wrapped_height(const std::string& text, double width, double size);
double text_width(const std::string& text, const TextStyle& style = {});

struct Panel {
  Box area;  // inside the axes
  Axis x, y;
  Point at(double x_value, double y_value) const;
};
struct PanelTexts {
  std::string title = {}, x_label = {}, y_label = {};
};
// The panel whose axes, ticks, labels and title fit in `outer`.
Panel fit_panel(const Box& outer, Axis x, Axis y, const PanelTexts& texts);
// Grid, ticks, labels and title; draw the data after it.
void draw_axes(Figure& figure, const Panel& panel, const PanelTexts& texts);

struct LegendEntry {
  std::string text = {};
  std::optional<Marker> marker = {};  // else `stroke`; with neither, a heading
  std::optional<Stroke> stroke = {};
};
// Entries in as many columns as fit, filled downwards, texts cut at 190; a heading stays with what follows it.
class Legend {
 public:
  Legend(std::vector<LegendEntry> entries, double width);
  double height() const;
  void draw(Figure& figure, Point top_left) const;

 private:
  struct Column {
    size_t begin, end;  // of entries_
    double x, width;
  };
  std::vector<LegendEntry> entries_;
  std::vector<Column> columns_;
  size_t n_rows_ = 0;
};

struct ColourBar {
  double low, high;
  std::string label = {};
  std::function<Colour(double)> colour;  // of t from 0 at low to 1 at high
  int n_ticks = 5;
};
// A standing bar 12 wide at the left of `box`, its ticks to the right of it; 60 wide in all.
void draw_colour_bar(Figure& figure, const Box& box, const ColourBar& bar);

}  // namespace songscape
