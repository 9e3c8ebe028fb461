#include "cluster/dendrogram_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/contingency.h"

namespace songscape {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Families 0 … n − 1 in place of any numbers; negative ones stay −1.
std::vector<int32_t> numbered(std::span<const int32_t> families, size_t& n_families) {
  const Relabelled all = relabel(families);
  const auto n_negative = std::ranges::count_if(all.values, [](int32_t v) { return v < 0; });
  n_families = all.values.size() - static_cast<size_t>(n_negative);
  std::vector<int32_t> out;
  for (const int32_t l : all.label) out.push_back(std::max(-1, l - static_cast<int32_t>(n_negative)));
  return out;
}

double purity_of(const WardTree& tree, const std::vector<int32_t>& family, size_t n_families) {
  const size_t n = static_cast<size_t>(tree.n_rows);
  // Leaves of each family below each node.  A merge of parts with a and b leaves of a family joins a · b of its pairs.
  std::vector<std::vector<double>> below(n + tree.merges.size());
  for (size_t i = 0; i < n; ++i) {
    below[i].assign(n_families, 0);
    if (family[i] >= 0) below[i][static_cast<size_t>(family[i])] = 1;
  }
  double sum = 0, n_pairs = 0;
  for (size_t m = 0; m < tree.merges.size(); ++m) {
    auto& left = below[static_cast<size_t>(tree.merges[m].left)];
    auto& right = below[static_cast<size_t>(tree.merges[m].right)];
    const double size =
        std::accumulate(left.begin(), left.end(), 0.0) + std::accumulate(right.begin(), right.end(), 0.0);
    for (size_t f = 0; f < n_families; ++f) {
      const double pairs = left[f] * right[f];
      left[f] += right[f];
      if (pairs == 0) continue;
      sum += pairs * left[f] / size;
      n_pairs += pairs;
    }
    below[n + m] = std::move(left);
    right = {};
  }
  return n_pairs > 0 ? sum / n_pairs : kNone;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  // Distances that differ by rounding only are equal.
  const double least = 1e-14 * n;
  return xx > least * mean_x * mean_x && yy > least * mean_y * mean_y ? xy / std::sqrt(xx * yy) : kNone;
}

}  // namespace

double dendrogram_purity(const WardTree& tree, std::span<const int32_t> families) {
  check(static_cast<int64_t>(families.size()) == tree.n_rows, "every leaf has a family");
  size_t n_families = 0;
  const std::vector<int32_t> family = numbered(families, n_families);
  return purity_of(tree, family, n_families);
}

DendrogramPurity dendrogram_purity_beside_chance(const WardTree& tree, std::span<const int32_t> families,
                                                 int n_shuffles, uint64_t seed) {
  check(n_shuffles >= 2, "there are at least two shuffles");
  DendrogramPurity out{.purity = dendrogram_purity(tree, families)};
  if (std::isnan(out.purity)) return {.purity = kNone, .null_mean = kNone, .null_sd = kNone, .p_value = kNone};
  size_t n_families = 0;
  const std::vector<int32_t> family = numbered(families, n_families);
  std::vector<double> null(static_cast<size_t>(n_shuffles));
  parallel_for(n_shuffles, worker_threads(), [&](int64_t s) {
    std::vector<int32_t> shuffled = family;
    Random(seed, stream_id("dendrogram", static_cast<uint64_t>(s))).shuffle(shuffled);
    null[static_cast<size_t>(s)] = purity_of(tree, shuffled, n_families);
  });
  out.null_mean = std::accumulate(null.begin(), null.end(), 0.0) / n_shuffles;
  double squared = 0;
  for (const double p : null) squared += (p - out.null_mean) * (p - out.null_mean);
  out.null_sd = std::sqrt(squared / (n_shuffles - 1));
  const auto n_as_pure = std::ranges::count_if(null, [&](double p) { return p >= out.purity - 1e-12; });
  out.p_value = static_cast<double>(1 + n_as_pure) / (1 + n_shuffles);
  return out;
}

std::vector<double> cophenetic_distances(const WardTree& tree) {
  const size_t n = static_cast<size_t>(tree.n_rows);
  std::vector<double> out(n * (n - 1) / 2);
  std::vector<std::vector<size_t>> leaves(n + tree.merges.size());
  for (size_t i = 0; i < n; ++i) leaves[i] = {i};
  for (size_t m = 0; m < tree.merges.size(); ++m) {
    auto& left = leaves[static_cast<size_t>(tree.merges[m].left)];
    auto& right = leaves[static_cast<size_t>(tree.merges[m].right)];
    for (const size_t a : left)
      for (const size_t b : right) {
        const auto [i, j] = std::minmax(a, b);
        out[i * n - i * (i + 1) / 2 + (j - i - 1)] = tree.merges[m].height;
      }
    left.insert(left.end(), right.begin(), right.end());
    leaves[n + m] = std::move(left);
    right = {};
  }
  return out;
}

double cophenetic_correlation(const WardTree& tree, MatrixView x) {
  check(x.n_rows == tree.n_rows, "the tree was built from these rows");
  if (tree.n_rows < 3) return kNone;
  std::vector<double> distances;
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t j = i + 1; j < x.n_rows; ++j) {
      double squared = 0;
      for (int64_t k = 0; k < x.n_cols; ++k) {
        const double difference = static_cast<double>(x(i, k)) - x(j, k);
        squared += difference * difference;
      }
      distances.push_back(std::sqrt(squared));
    }
  return correlation(distances, cophenetic_distances(tree));
}

}  // namespace songscape
