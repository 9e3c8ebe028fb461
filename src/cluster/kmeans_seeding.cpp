#include "cluster/kmeans_seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 2048;

class Seeding {
 public:
  Seeding(MatrixView x, int64_t k, std::vector<Random>& starts)
      : x_(x),
        n_trials_(2 + static_cast<int>(std::log(static_cast<double>(k)))),
        random_(starts),
        centres_(starts.size()),
        candidates_(starts.size()),
        nearest_(static_cast<int64_t>(starts.size()), x.n_rows, std::numeric_limits<float>::max()) {
    for (size_t s = 0; s < starts.size(); ++s) candidates_[s] = {starts[s].below(x.n_rows)};
    keep_best();
  }

  // One centre more for each start; false where every row is a centre, or equals one, in all of them.
  bool step() {
    parallel_for(static_cast<int64_t>(random_.size()), worker_threads(), [&](int64_t s) { draw(s); });
    keep_best();
    return std::ranges::any_of(candidates_, [](const auto& c) { return !c.empty(); });
  }
  std::vector<std::vector<int64_t>> take() { return std::move(centres_); }

 private:
  // Rows in proportion to their distance to the nearest centre.
  void draw(int64_t start) {
    std::vector<int64_t>& drawn = candidates_[static_cast<size_t>(start)];
    drawn.clear();
    std::vector<double> cumulative;
    cumulative.reserve(static_cast<size_t>(x_.n_rows));
    double sum = 0;
    for (const float d : nearest_.row(start)) cumulative.push_back(sum += d);
    if (sum <= 0) return;
    for (int t = 0; t < n_trials_; ++t) {
      const double at = random_[static_cast<size_t>(start)].uniform() * sum;
      const auto place = std::upper_bound(cumulative.begin(), cumulative.end(), at) - cumulative.begin();
      drawn.push_back(std::min<int64_t>(place, x_.n_rows - 1));
    }
  }

  // Each start's candidate that leaves least to be covered.
  void keep_best() {
    std::vector<int64_t> rows;
    std::vector<size_t> first = {0};
    for (const auto& drawn : candidates_) {
      rows.insert(rows.end(), drawn.begin(), drawn.end());
      first.push_back(rows.size());
    }
    if (rows.empty()) return;
    const Matrix drawn = select_rows(x_, rows);
    Matrix left(x_.n_rows, drawn.n_rows);  // squared distance to the nearest centre, with each candidate
    std::vector<std::vector<double>> sums(static_cast<size_t>((x_.n_rows + kBlock - 1) / kBlock));
    for_each_block(x_.n_rows, kBlock, [&](int64_t from, int64_t n) {
      squared_distances(rows_of(x_, from, n), drawn, left.row(from).data());
      std::vector<double>& sum = sums[static_cast<size_t>(from / kBlock)];
      sum.assign(rows.size(), 0);
      for (int64_t i = from; i < from + n; ++i)
        for (size_t s = 0; s < candidates_.size(); ++s) {
          const float nearest = nearest_(static_cast<int64_t>(s), i);
          float* own = left.row(i).data();
          for (size_t c = first[s]; c < first[s + 1]; ++c) sum[c] += own[c] = std::min(own[c], nearest);
        }
    });
    std::vector<double> total(rows.size(), 0);
    for (const auto& sum : sums)
      for (size_t c = 0; c < total.size(); ++c) total[c] += sum[c];
    parallel_for(static_cast<int64_t>(candidates_.size()), worker_threads(), [&](int64_t s) {
      const auto from = total.begin() + static_cast<int64_t>(first[static_cast<size_t>(s)]);
      const auto to = total.begin() + static_cast<int64_t>(first[static_cast<size_t>(s) + 1]);
      if (from == to) return;
      const int64_t best = std::min_element(from, to) - total.begin();
      centres_[static_cast<size_t>(s)].push_back(rows[static_cast<size_t>(best)]);
      for (int64_t i = 0; i < x_.n_rows; ++i) nearest_(s, i) = left(i, best);
    });
  }

  MatrixView x_;
  int n_trials_;
  std::vector<Random>& random_;
  std::vector<std::vector<int64_t>> centres_, candidates_;
  Matrix nearest_;  // [n_starts × n_rows] squared distance to the nearest centre
};

}  // namespace

std::vector<std::vector<int64_t>> seed_centres(MatrixView x, int64_t k, std::vector<Random>& starts) {
  Seeding seeding(x, k, starts);
  for (int64_t c = 1; c < k && seeding.step(); ++c) {
  }
  return seeding.take();
}

}  // namespace songscape
