#include "metrics/calinski_harabasz.h"

#include <limits>

#include "metrics/grouped_rows.h"

namespace songscape {

double calinski_harabasz(MatrixView x, std::span<const int32_t> labels) {
  const GroupedRows groups = group_rows(x, labels);
  if (!groups.is_scorable()) return std::numeric_limits<double>::quiet_NaN();
  const size_t d = static_cast<size_t>(x.n_cols), k = groups.sizes.size();
  const std::vector<double> means = group_means(x, groups);
  const double n = static_cast<double>(x.n_rows);
  std::vector<double> mean(d, 0);
  for (size_t g = 0; g < k; ++g)
    for (size_t j = 0; j < d; ++j) mean[j] += means[g * d + j] * static_cast<double>(groups.sizes[g]) / n;
  double between = 0, within = 0;
  for (size_t g = 0; g < k; ++g)
    for (size_t j = 0; j < d; ++j) {
      const double difference = means[g * d + j] - mean[j];
      between += static_cast<double>(groups.sizes[g]) * difference * difference;
    }
  for (int64_t i = 0; i < x.n_rows; ++i)
    within += squared_distance(
        x.row(i), std::span(means).subspan(static_cast<size_t>(groups.label[static_cast<size_t>(i)]) * d, d));
  if (within == 0) return 1;
  return between * (n - static_cast<double>(k)) / (within * (static_cast<double>(k) - 1));
}

}  // namespace songscape
