// Bars: sizes of clusters and labels, scores with intervals, histograms.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/classes.h"
#include "report/figure.h"

namespace songscape {

struct Bar {
  std::string name = {};
  double value = 0;                           // not finite: no bar, "–" in its place
  std::optional<double> low = {}, high = {};  // an interval around value
  int colour = 0;                             // of kClassColours; −1: grey, for what is compared with
};

// Bars to the right, names at their left, values in a column at the right edge.
struct BarPanel {
  std::string title = {}, value_label = {};
  std::vector<Bar> bars = {};
  std::optional<double> reference = {};  // a dashed line, as chance level
  std::string reference_text = {};
};
struct BarFigure {
  std::string title = {}, caption = {};
  std::vector<BarPanel> panels = {};  // side by side
};
Figure draw_bars(const BarFigure& figure);

// distributions: songs a class, one panel each of `classes` (titles beside).
struct Distribution {
  std::string title = {};
  Classes classes = {};
};
Figure draw_distributions(const std::string& title, const std::string& caption,
                          const std::vector<Distribution>& distributions);

struct Histogram {
  std::string title = {}, caption = {}, x_label = {}, y_label = "songs";
  std::vector<double> values = {};  // those not finite are counted in the caption
  int n_bins = 30;
};
Figure draw_histogram(const Histogram& histogram);

}  // namespace songscape
