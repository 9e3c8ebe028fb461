// Mutual information of every code dimension with every factor, the ground of MIG and modularity.
#pragma once

#include <string>
#include <vector>

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

// Codes and continuous factors in bins of equal mass, discrete factors as they are, natural logarithms.
struct FactorInformation {
  std::string factor;
  std::string excluded;  // empty where the rest is filled
  int64_t n_rows = 0;
  double entropy = 0;                         // of the (binned) factor, nats
  std::vector<double> information;            // [d], nats
  std::vector<std::vector<double>> shuffled;  // [n_shuffles][d]: the same with the factor's values shuffled
};

// codes [n × d], finite; every factor has n values.  A dimension that is constant has information 0.
std::vector<FactorInformation> information_table(MatrixView codes, const std::vector<Factor>& factors,
                                                 const ScoreOptions& options = {});

}  // namespace songscape
