#include "metrics/davies_bouldin.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/grouped_rows.h"

namespace songscape {
namespace {

constexpr double kNothing = 1e-8;  // what scikit-learn takes for 0 here

double distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return std::sqrt(sum);
}

}  // namespace

double davies_bouldin(MatrixView x, std::span<const int32_t> labels) {
  const GroupedRows groups = group_rows(x, labels);
  if (!groups.is_scorable()) return std::numeric_limits<double>::quiet_NaN();
  const size_t d = static_cast<size_t>(x.n_cols), k = groups.sizes.size();
  const std::vector<double> means = group_means(x, groups);
  const auto mean = [&](size_t g) { return std::span(means).subspan(g * d, d); };
  std::vector<double> scatter(k, 0);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const size_t g = static_cast<size_t>(groups.label[static_cast<size_t>(i)]);
    scatter[g] += std::sqrt(squared_distance(x.row(i), mean(g))) / static_cast<double>(groups.sizes[g]);
  }
  double sum = 0, widest = 0;
  for (size_t i = 0; i < k; ++i) {
    double worst = 0;
    for (size_t j = 0; j < k; ++j) {
      const double apart = distance(mean(i), mean(j));
      widest = std::max(widest, apart);
      if (apart > 0) worst = std::max(worst, (scatter[i] + scatter[j]) / apart);
    }
    sum += worst;
  }
  if (*std::max_element(scatter.begin(), scatter.end()) <= kNothing || widest <= kNothing) return 0;
  return sum / static_cast<double>(k);
}

}  // namespace songscape
