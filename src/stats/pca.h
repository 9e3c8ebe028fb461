// Principal component analysis (Pearson 1901), exact: from the covariance of the columns, or, where there are more
// columns than rows (raw mel: 165,504), from the Gram matrix of the rows, whose eigenvectors give the same components.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct Pca {
  std::vector<float> mean;                       // [d]
  Matrix components;                             // [k × d], orthonormal rows, by falling variance
  std::vector<double> explained_variance;        // [k], over n − 1
  std::vector<double> explained_variance_ratio;  // [k]; of zeros where the rows are all equal

  // Coordinates [x.n_rows × k].
  Matrix transform(MatrixView x) const;
  // From coordinates back to columns [z.n_rows × d].
  Matrix inverse_transform(MatrixView z) const;
};

// x: at least one row, finite.  k = min(n_components, max(1, n − 1), d), lowered to the rank (variances above 1e-7 of
// the first).  Each component's largest entry by magnitude is positive.
Pca fit_pca(MatrixView x, int64_t n_components);

// The rows of x turned onto the axes of their own spread, [x.n_rows × rank]: every distance between rows stays, and no
// component of the width of x is made (principal coordinates; Gower 1966).  x: at least one row, finite.
Matrix principal_coordinates(MatrixView x);

}  // namespace songscape
