// Multinomial logistic regression: p(class c | x) = softmax(W x + b)_c, fitted by L-BFGS.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct LogisticModel {
  Matrix weights;                 // [n_classes × d], in units of x; rows sum to 0
  std::vector<double> intercept;  // [n_classes]

  int64_t n_classes() const { return weights.n_rows; }
  Matrix probabilities(MatrixView x) const;          // [n × n_classes]
  std::vector<int32_t> predict(MatrixView x) const;  // the likeliest class, the lower where two are alike
};

// Minimises mean(−log p(label)) + penalty / 2 · ‖W s‖², s the columns' standard deviations (over n), so that the
// penalty weighs all columns alike; intercepts are free.  Labels are 0 … n_classes − 1; a class may have no row.
// scikit-learn's C is 1 / (n · penalty) on standardised columns.  x: n ≥ 1, finite.
LogisticModel fit_logistic(MatrixView x, std::span<const int32_t> labels, int64_t n_classes, double penalty = 1e-3);

}  // namespace songscape
