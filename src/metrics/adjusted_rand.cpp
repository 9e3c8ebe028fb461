#include "metrics/adjusted_rand.h"

#include "metrics/contingency.h"

namespace songscape {
namespace {

double sum_of_pairs(const std::vector<int64_t>& sizes) {
  double sum = 0;
  for (const int64_t n : sizes) sum += static_cast<double>(n) * static_cast<double>(n - 1) / 2;
  return sum;
}

}  // namespace

double adjusted_rand_index(std::span<const int32_t> truth, std::span<const int32_t> predicted) {
  const Contingency table = contingency(truth, predicted);
  const double together = sum_of_pairs(table.counts);
  const double in_classes = sum_of_pairs(table.class_sizes);
  const double in_clusters = sum_of_pairs(table.cluster_sizes);
  if (together == in_classes && together == in_clusters) return 1;  // equal partitions, and 0 / 0
  const double expected = in_classes * in_clusters / sum_of_pairs({table.n_rows});
  return (together - expected) / ((in_classes + in_clusters) / 2 - expected);
}

}  // namespace songscape
