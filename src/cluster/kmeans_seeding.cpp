#include "cluster/kmeans_seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 2048;

// A row drawn in proportion to its weight; `cumulative` are the running sums.
int64_t draw(const std::vector<double>& cumulative, Random& random) {
  const double at = random.uniform() * cumulative.back();
  const auto place = std::upper_bound(cumulative.begin(), cumulative.end(), at);
  return std::min<int64_t>(place - cumulative.begin(), static_cast<int64_t>(cumulative.size()) - 1);
}

// [n × n_candidates] distances squared, cut off at `nearest`: what stays to be covered after each candidate.
Matrix distances_left(MatrixView x, MatrixView candidates, const std::vector<float>& nearest) {
  Matrix out(x.n_rows, candidates.n_rows);
  for_each_block(x.n_rows, kBlock, [&](int64_t first, int64_t n) {
    squared_distances(rows_of(x, first, n), candidates, out.row(first).data());
    for (int64_t i = first; i < first + n; ++i)
      for (float& d : out.row(i)) d = std::min(d, nearest[static_cast<size_t>(i)]);
  });
  return out;
}

// The column of least sum, which becomes `nearest`.
int64_t keep_best(const Matrix& left, std::vector<float>& nearest) {
  std::vector<double> sums(static_cast<size_t>(left.n_cols), 0);
  for (int64_t i = 0; i < left.n_rows; ++i)
    for (int64_t c = 0; c < left.n_cols; ++c) sums[static_cast<size_t>(c)] += left(i, c);
  const int64_t best = std::min_element(sums.begin(), sums.end()) - sums.begin();
  for (int64_t i = 0; i < left.n_rows; ++i) nearest[static_cast<size_t>(i)] = left(i, best);
  return best;
}

}  // namespace

std::vector<int64_t> seed_centres(MatrixView x, int64_t k, Random& random) {
  const int n_trials = 2 + static_cast<int>(std::log(static_cast<double>(k)));
  std::vector<int64_t> centres = {random.below(x.n_rows)};
  std::vector<float> nearest(static_cast<size_t>(x.n_rows), std::numeric_limits<float>::max());
  keep_best(distances_left(x, select_rows(x, centres), nearest), nearest);
  std::vector<double> cumulative(nearest.size());
  while (static_cast<int64_t>(centres.size()) < k) {
    double sum = 0;
    for (size_t i = 0; i < nearest.size(); ++i) cumulative[i] = sum += nearest[i];
    if (sum <= 0) break;  // every row is a centre, or equals one
    std::vector<int64_t> candidates;
    for (int t = 0; t < n_trials; ++t) candidates.push_back(draw(cumulative, random));
    centres.push_back(
        candidates[static_cast<size_t>(keep_best(distances_left(x, select_rows(x, candidates), nearest), nearest))]);
  }
  return centres;
}

}  // namespace songscape
