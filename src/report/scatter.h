// Points of two figures each, with intervals, and the front of those that no other point beats in both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/figure.h"

namespace songscape {

struct ScatterPoint {
  size_t name = 0;  // an index into ScatterFigure::names
  double x = 0, y = 0;
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;  // NaN: no interval
};
struct ScatterReference {
  std::string text = {};  // "best control"
  double value = 0;
};
struct ScatterPanel {
  std::string title = {}, x_label = {}, y_label = {};
  bool less_x_is_better = false, less_y_is_better = false;
  std::vector<ScatterPoint> points = {};  // those with a coordinate that is not finite are left out
  std::vector<ScatterReference> x_lines = {}, y_lines = {};
};
struct ScatterFigure {
  std::string title = {}, caption = {};
  std::vector<std::string> names = {};  // a colour and shape each, told in the legend
  std::vector<ScatterPanel> panels = {};
};
// The front is drawn as a stepped line.
Figure draw_scatter(const ScatterFigure& figure);

// Places of the points that no other is at least as good as in both figures and better in one, by rising x.
std::vector<size_t> pareto_front(const ScatterPanel& panel);

}  // namespace songscape
