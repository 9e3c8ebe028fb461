#include "metrics/mutual_information.h"

#include <algorithm>
#include <cmath>

#include "metrics/contingency.h"

namespace songscape {
namespace {

double entropy(const std::vector<int64_t>& sizes, double n) {
  double sum = 0;
  for (const int64_t size : sizes) sum -= static_cast<double>(size) / n * std::log(static_cast<double>(size) / n);
  return sum;
}

double mutual_information(const Contingency& table) {
  const double n = static_cast<double>(table.n_rows);
  double sum = 0;
  for (size_t c = 0; c < table.classes.size(); ++c)
    for (size_t k = 0; k < table.clusters.size(); ++k) {
      const double both = static_cast<double>(table.count(c, k));
      if (both > 0)
        sum += both / n *
               std::log(both * n /
                        (static_cast<double>(table.class_sizes[c]) * static_cast<double>(table.cluster_sizes[k])));
    }
  return std::max(0.0, sum);
}

}  // namespace

double normalised_mutual_information(std::span<const int32_t> truth, std::span<const int32_t> predicted) {
  const Contingency table = contingency(truth, predicted);
  if (table.classes.size() <= 1 && table.clusters.size() <= 1) return 1;
  if (table.classes.size() == 1 || table.clusters.size() == 1) return 0;
  const double n = static_cast<double>(table.n_rows);
  const double mean_entropy = (entropy(table.class_sizes, n) + entropy(table.cluster_sizes, n)) / 2;
  return std::min(1.0, mutual_information(table) / mean_entropy);
}

}  // namespace songscape
