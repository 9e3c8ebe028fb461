// Linear regression with a penalty on the weights: ridge (Hoerl and Kennard 1970) and lasso (Tibshirani 1996).
//
// Columns are standardised inside, so that a penalty weighs all alike; weights come back in the units of x.  With
// standardised columns c and centred y, ridge minimises mean((y − c b)²) + penalty · ‖b‖², lasso
// mean((y − c b)²) / 2 + penalty · ‖b‖₁.  A constant column has weight 0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct LinearModel {
  std::vector<double> weights;  // [d]: what y gains for one unit of each column
  double intercept = 0;
  double penalty = 0;  // that it was fitted with

  // One value a row; x has the fitted columns.
  std::vector<double> predict(MatrixView x) const;
};

// x [n × d] and y [n]: n ≥ 1, finite.  penalty > 0 for ridge where columns may depend on each other.
LinearModel fit_ridge(MatrixView x, std::span<const double> y, double penalty);

// Ridge with the penalty of 10⁻⁵ … 10² (22 values) that has the least leave-one-out error, in closed form (PRESS; Allen
// 1974).  O(n d²).
LinearModel fit_ridge(MatrixView x, std::span<const double> y);

// By coordinate descent (Friedman, Hastie and Tibshirani 2010, eq. 5) on the columns' correlations.
LinearModel fit_lasso(MatrixView x, std::span<const double> y, double penalty);

// Lasso with the penalty, of 30 from the least that leaves no column to a thousandth of it, that has the least squared
// error over five folds.  The folds are drawn by `seed`; groups are kept together where given.
LinearModel fit_lasso_by_folds(MatrixView x, std::span<const double> y, uint64_t seed,
                               std::span<const int32_t> group_of_row = {});

// 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 for a perfect prediction, 0 for the mean, negative below that; NaN where y is
// constant.
double r_squared(std::span<const double> y, std::span<const double> predicted);

}  // namespace songscape
