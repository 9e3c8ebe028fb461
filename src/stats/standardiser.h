// Each column moved to mean 0 and scaled to variance 1; fitted on training rows, applied to any.
#pragma once

#include <vector>

#include "core/matrix.h"

namespace songscape {

struct Standardiser {
  std::vector<float> mean;
  std::vector<float> scale;  // population standard deviation; 1 for constant columns

  // x has the columns of the fitted table.
  Matrix transform(MatrixView x) const;
};

// x: at least one row, finite.
Standardiser fit_standardiser(MatrixView x);

}  // namespace songscape
