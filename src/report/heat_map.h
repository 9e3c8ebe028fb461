// A table of numbers in colour: effects of latent dimensions on attributes, accuracies by class.
#pragma once

#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/figure.h"

namespace songscape {

struct HeatMap {
  std::string title = {}, caption = {};
  std::vector<std::string> row_names = {}, column_names = {};
  std::string row_label = {}, column_label = {};
  MatrixView values = {};                   // [rows × columns]; NaN: a dash
  std::vector<std::string> row_notes = {};  // at the right of each row, or empty
  bool is_diverging = true;                 // −most … most about white; else white at 0 to blue at most
  double most = 1;                          // the value of the strongest colour
  std::string unit = {};
};
Figure draw_heat_map(const HeatMap& map);

}  // namespace songscape
