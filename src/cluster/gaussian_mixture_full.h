// What full covariances need beside diagonal ones.
#pragma once

#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace songscape {

// The covariance of the rows named around `mean`, weighted, plus `regularisation` on its diagonal (raised tenfold until
// the matrix is positive definite); L⁻¹ with Σ = L Lᵀ goes to `factor` [d × d].  Returns Σ log(diagonal of L⁻¹).
struct WeightedRows {
  MatrixView x;
  std::span<const int64_t> rows;
  std::span<const double> weights;  // of those rows
  double total = 0;                 // the weights' sum
};
double fit_full_factor(const WeightedRows& rows, std::span<const double> mean, double regularisation, float* factor);

// ‖L⁻¹ (row − mean)‖² of each row of the block.
void full_distances(MatrixView block, std::span<const float> mean, MatrixView factor, double* out);

}  // namespace songscape
