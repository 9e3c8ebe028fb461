#include "metrics/purity.h"

#include <algorithm>
#include <limits>

#include "metrics/contingency.h"

namespace songscape {

double purity(std::span<const int32_t> truth, std::span<const int32_t> predicted) {
  const Contingency table = contingency(truth, predicted);
  if (table.n_rows == 0) return std::numeric_limits<double>::quiet_NaN();
  int64_t n_right = 0;
  for (size_t k = 0; k < table.clusters.size(); ++k) {
    int64_t most = 0;
    for (size_t c = 0; c < table.classes.size(); ++c) most = std::max(most, table.count(c, k));
    n_right += most;
  }
  return static_cast<double>(n_right) / static_cast<double>(table.n_rows);
}

}  // namespace songscape
