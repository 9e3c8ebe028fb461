// Line plots: training curves, the choice of K, and any other panels of lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/axis.h"
#include "report/figure.h"

namespace songscape {

struct Line {
  std::string name = {};
  std::vector<double> x = {}, y = {};       // equal lengths; a y that is not finite is a gap
  std::vector<double> low = {}, high = {};  // an interval around y, or empty
  bool is_dashed = false;
  int colour = -1;                      // of kClassColours; −1: by position
  std::optional<double> chosen_x = {};  // the point there gets a ring
};

struct MarkedX {
  double x;
  std::string text = {};  // "best epoch 41"
};

struct LinePanel {
  std::string title = {}, x_label = {}, y_label = {};
  std::vector<Line> lines = {};
  AxisScale x_scale = AxisScale::linear, y_scale = AxisScale::automatic;
  std::vector<MarkedX> marks = {};
};

struct LineFigure {
  std::string title = {}, caption = {};
  std::vector<LinePanel> panels = {};
  int n_columns = 2;
};
Figure draw_lines(const LineFigure& figure);

// training_curves: one panel a term.
struct TrainingTerm {
  std::string title = {};                           // "Reconstruction"
  std::string unit = {};                            // "nats a song"
  std::vector<double> train = {}, validation = {};  // one an epoch; either may be empty
};
struct TrainingCurves {
  std::string title = {}, caption = {};
  std::vector<double> epochs = {};
  std::vector<TrainingTerm> terms = {};
  std::optional<double> best_epoch = {};
};
Figure draw_training_curves(const TrainingCurves& curves);

// cluster_selection: silhouette against K.
struct SelectionCurve {
  std::string algorithm = {};
  std::vector<double> n_clusters = {}, silhouette = {};
  std::optional<double> chosen = {};  // K
};
struct ClusterSelection {
  std::string title = {}, caption = {};
  std::vector<SelectionCurve> curves = {};
  std::optional<double> n_classes = {};  // of the labels, marked for comparison
};
Figure draw_cluster_selection(const ClusterSelection& selection);

}  // namespace songscape
