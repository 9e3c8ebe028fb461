// How well a table tells a target, judged on rows that the model has not seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct CrossValidationOptions {
  int32_t n_folds = 5;
  uint64_t seed = 0;
  double penalty = 1e-3;                       // of the logistic model; ridge chooses its own inside each fold
  std::span<const int32_t> group_of_row = {};  // kept together (an artist's songs); empty: every row is its own
};

// Each row as predicted by ridge fitted on the other folds; r_squared() of it is the cross-validated R².  Rows that no
// other fold could teach (one group) get the mean of y.
std::vector<double> cross_validated_ridge(MatrixView x, std::span<const double> y,
                                          const CrossValidationOptions& options = {});

// Each row's class as predicted by logistic regression on the other folds; −1 where no other fold has rows.
std::vector<int32_t> cross_validated_classes(MatrixView x, std::span<const int32_t> labels, int64_t n_classes,
                                             const CrossValidationOptions& options = {});

// Share of equal entries; NaN where there are none.
double accuracy(std::span<const int32_t> labels, std::span<const int32_t> predicted);
// Mean over the classes that occur of the share of their rows that are right.
double balanced_accuracy(std::span<const int32_t> labels, std::span<const int32_t> predicted);

}  // namespace songscape
