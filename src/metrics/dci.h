// Disentanglement, completeness and informativeness (Eastwood and Williams 2018, §2), from the importance of each
// dimension for predicting each factor.
//
// Importances are those of random forests that may split on every column.  Measured on 2,000 rows, 8 factors and 120
// columns of noise beside the code: a perfect code has D .999 and C .996, one whose values are cubed the same, an
// independent one .058 and .028.  A lasso, the other predictor of the paper, calls the independent code disentangled
// (.950: what little weight is left falls on columns of their own), and misses factors that a dimension tells in a
// curve. The forest's price: noise in a code lowers its figure (.65 at a noise of .7 standard deviations, lasso .99).
#pragma once

#include <string>
#include <vector>

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

struct DciFactor {
  std::string factor, excluded;
  int64_t n_rows = 0;
  double completeness = 0;     // 1 − entropy of the factor's importances over dimensions, base d
  double informativeness = 0;  // R² (continuous) or accuracy (discrete) on rows that a tree had not seen
  double chance = 0;           // 0 for R²; the commonest class's share for accuracy
};

struct Dci {
  // Mean over dimensions of 1 − entropy of their importances over factors, base n_factors, weighted by `weight`.
  double disentanglement = 0;
  double completeness = 0;     // mean over factors
  double informativeness = 0;  // mean over factors of (informativeness − chance) / (1 − chance), each at least 0
  double null_disentanglement = 0, null_completeness = 0;  // with every factor shuffled, once
  std::vector<double> of_dimension;  // [d]: 1 − entropy over factors; 0 for a dimension without importance
  std::vector<double> weight;        // [d]: its share of all importance
  std::vector<DciFactor> factors;    // as given; NaN where excluded
  Matrix importance;  // [d × factors], columns sum to 1; zeros where a factor is excluded or told by none
};

// codes [n × d], finite.  Disentanglement is NaN for fewer than two usable factors or where no dimension matters,
// completeness for one dimension, everything without usable factors.  Of `options` the seed alone is used.
Dci dci(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options = {});

}  // namespace songscape
