// Modularity (Ridgeway and Mozer 2018, eqs. 2–3): does each dimension tell about one factor only?
#pragma once

#include <vector>

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

struct Modularity {
  // 1 − Σ_f (m_f − t_f)² / (θ² (F − 1)) of each dimension, m its information with each factor, θ the largest, t the
  // ideal (θ there, else 0); 0 where the dimension tells nothing at all.  [d]
  std::vector<double> of_dimension;
  std::vector<bool> is_informative;  // [d]: its largest information is above all of the shuffled factors'
  double score = 0;                  // mean over all dimensions, as published
  double informative_score = 0;      // over informative ones, with the null's mean taken off; NaN where there is none
  int64_t n_informative = 0;
  int64_t n_factors = 0;              // that were not excluded
  std::vector<std::string> excluded;  // "key has one value only: 3"
};
// NaN scores for fewer than two usable factors.  n_shuffles ≥ 1.
Modularity modularity(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options = {});

}  // namespace songscape
