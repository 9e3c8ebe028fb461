// Songs in two dimensions with the Gaussians of a mixture over them, as ellipses.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/classes.h"
#include "report/figure.h"

namespace songscape {

struct Ellipse {
  double x = 0, y = 0;                    // centre
  std::array<double, 3> covariance = {};  // xx, xy, yy
  std::string name = {};                  // at the centre
  int colour = 0;                         // of kClassColours; −1: grey, dashed
  double weight = 0;                      // drawn as the line's width
};

struct EllipseFigure {
  std::string title = {}, caption = {}, x_label = {}, y_label = {};
  MatrixView positions = {};  // [n × 2]
  Classes classes = {};       // of the songs, for colour and legend; may be empty
  std::vector<Ellipse> ellipses = {};
  double n_deviations = 2;  // from the centre to the line
};
// Both axes have one scale.
Figure draw_ellipses(const EllipseFigure& figure);

}  // namespace songscape
