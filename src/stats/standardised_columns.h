// The sums that regressions on standardised columns need.
#pragma once

#include <Eigen/Dense>
#include <span>

#include "core/matrix.h"

namespace songscape {

// Columns moved to mean 0 and scaled to variance 1 (over n); constant ones are left at 0 and have scale 1.
struct StandardisedColumns {
  Eigen::VectorXd mean, scale;  // [d]
  Eigen::MatrixXd x;            // [n × d]

  explicit StandardisedColumns(MatrixView values);
};

}  // namespace songscape
