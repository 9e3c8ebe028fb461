// The iterations work on data moved to mean 0, so that dot products lose little precision; the labels and the inertia
// that are handed back come from differences.
#include "cluster/kmeans.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "cluster/kmeans_seeding.h"
#include "cluster/nearest_centres.h"
#include "core/parallel.h"
#include "core/random.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 1024;

struct Data {
  Matrix rows;                 // mean 0
  std::vector<double> mean;    // what was taken off
  std::vector<float> squared;  // ‖row‖²
  double total_squared = 0;    // of all rows
  double mean_variance = 0;    // of the columns
};

Data centre_data(MatrixView x) {
  const size_t d = static_cast<size_t>(x.n_cols);
  Data out{.rows = Matrix(x.n_rows, x.n_cols), .mean = std::vector<double>(d, 0), .squared = {}};
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < d; ++j) out.mean[j] += x.row(i)[j] / static_cast<double>(x.n_rows);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    double squared = 0;
    for (size_t j = 0; j < d; ++j) {
      const float v = static_cast<float>(x.row(i)[j] - out.mean[j]);
      out.rows.row(i)[j] = v;
      squared += double{v} * v;
    }
    out.squared.push_back(static_cast<float>(squared));
    out.total_squared += squared;
  }
  out.mean_variance = out.total_squared / static_cast<double>(x.n_rows) / static_cast<double>(std::max<size_t>(1, d));
  return out;
}

// ‖row − its centre‖² of every row.
std::vector<double> squared_to_centres(MatrixView rows, const Matrix& centres, const std::vector<int32_t>& labels) {
  std::vector<double> out;
  for (int64_t i = 0; i < rows.n_rows; ++i) {
    const auto row = rows.row(i);
    const auto centre = centres.row(labels[static_cast<size_t>(i)]);
    double squared = 0;
    for (size_t j = 0; j < row.size(); ++j) squared += (double{row[j]} - centre[j]) * (double{row[j]} - centre[j]);
    out.push_back(squared);
  }
  return out;
}

// One run of Lloyd's iterations.
class Lloyd {
 public:
  Lloyd(const Data& data, const std::vector<int64_t>& seeds)
      : data_(data),
        nearest_(data.rows, data.squared),
        centres_(select_rows(data.rows, seeds)),
        sums_(centres_.values.size(), 0),
        sizes_(seeds.size(), 0),
        counted_(data.squared.size(), -1) {}

  void run(const KMeansOptions& options, KMeans& out) {
    for (; out.n_iterations < options.max_iterations; ++out.n_iterations) {
      nearest_.update(centres_);
      const bool is_changed = update_sums();
      const bool is_filled = fill_empty_clusters();
      out.inertia_path.push_back(inertia());
      if (!is_changed && !is_filled) break;
      if (move_centres() <= options.tolerance * data_.mean_variance) break;
    }
    out.inertia = inertia();
    out.centres = std::move(centres_);
  }

 private:
  size_t d() const { return static_cast<size_t>(data_.rows.n_cols); }

  // Σ ‖row − centre‖² = Σ ‖row‖² − 2 Σ sum · centre + Σ size ‖centre‖².
  double inertia() const {
    double out = data_.total_squared;
    for (size_t c = 0; c < sizes_.size(); ++c)
      for (size_t j = 0; j < d(); ++j) {
        const double v = centres_.values[c * d() + j];
        out += v * (static_cast<double>(sizes_[c]) * v - 2 * sums_[c * d() + j]);
      }
    return std::max(0.0, out);
  }

  // Moves the rows whose label changed from one sum to another; false where none did.
  bool update_sums() {
    bool is_changed = false;
    for (size_t i = 0; i < counted_.size(); ++i) {
      if (nearest_.labels()[i] == counted_[i]) continue;
      is_changed = true;
      count(i, nearest_.labels()[i]);
    }
    return is_changed;
  }
  void count(size_t row, int32_t label) {
    if (counted_[row] >= 0) add(static_cast<size_t>(counted_[row]), row, -1);
    add(static_cast<size_t>(label), row, 1);
    counted_[row] = label;
  }
  void add(size_t cluster, size_t row, int sign) {
    sizes_[cluster] += sign;
    double* sum = sums_.data() + cluster * d();
    const float* values = data_.rows.row(static_cast<int64_t>(row)).data();
    for (size_t j = 0; j < d(); ++j) sum[j] += sign * double{values[j]};
  }

  // Gives each the row that lies farthest from its centre; false where none is empty, or no row can be spared.
  bool fill_empty_clusters() {
    if (std::ranges::find(sizes_, 0) == sizes_.end()) return false;
    std::vector<double> squared = squared_to_centres(data_.rows, centres_, counted_);
    bool is_filled = false;
    for (size_t c = 0; c < sizes_.size(); ++c) {
      if (sizes_[c] > 0) continue;
      std::optional<size_t> farthest;
      for (size_t i = 0; i < counted_.size(); ++i)
        if (sizes_[static_cast<size_t>(counted_[i])] > 1 && (!farthest || squared[i] > squared[*farthest]))
          farthest = i;
      if (!farthest) break;
      count(*farthest, static_cast<int32_t>(c));
      nearest_.put(static_cast<int64_t>(*farthest), static_cast<int32_t>(c));
      squared[*farthest] = 0;
      is_filled = true;
    }
    return is_filled;
  }

  // Returns the sum of the squared movements.
  double move_centres() {
    double moved = 0;
    for (size_t c = 0; c < sizes_.size(); ++c) {
      if (sizes_[c] == 0) continue;
      for (size_t j = 0; j < d(); ++j) {
        float& value = centres_.values[c * d() + j];
        const float next = static_cast<float>(sums_[c * d() + j] / static_cast<double>(sizes_[c]));
        moved += (double{next} - value) * (double{next} - value);
        value = next;
      }
    }
    return moved;
  }

  const Data& data_;
  NearestCentres nearest_;
  Matrix centres_;
  std::vector<double> sums_;
  std::vector<int64_t> sizes_;
  std::vector<int32_t> counted_;  // the label by which a row is in a sum; −1: in none
};

// Labels and inertia of the centres as they stand; a centre that no row is nearest to goes.
void settle(MatrixView rows, KMeans& fit) {
  fit.labels = nearest_centre(rows, fit.centres);
  std::vector<int32_t> next(static_cast<size_t>(fit.centres.n_rows), -1);
  for (const int32_t l : fit.labels) next[static_cast<size_t>(l)] = 0;
  std::vector<int64_t> kept;
  for (size_t c = 0; c < next.size(); ++c)
    if (next[c] == 0) {
      next[c] = static_cast<int32_t>(kept.size());
      kept.push_back(static_cast<int64_t>(c));
    }
  fit.centres = select_rows(fit.centres, kept);
  for (int32_t& l : fit.labels) l = next[static_cast<size_t>(l)];
  const std::vector<double> squared = squared_to_centres(rows, fit.centres, fit.labels);
  fit.inertia = std::accumulate(squared.begin(), squared.end(), 0.0);
}

}  // namespace

std::vector<int32_t> nearest_centre(MatrixView x, MatrixView centres) {
  check(centres.n_rows > 0, "there is a centre");
  std::vector<int32_t> labels(static_cast<size_t>(x.n_rows));
  for_each_block(x.n_rows, kBlock, [&](int64_t first, int64_t n) {
    const size_t k = static_cast<size_t>(centres.n_rows);
    std::vector<float> squared(static_cast<size_t>(n) * k);
    squared_distances(rows_of(x, first, n), centres, squared.data());
    for (int64_t i = 0; i < n; ++i)
      labels[static_cast<size_t>(first + i)] =
          static_cast<int32_t>(index_of_least({squared.data() + static_cast<size_t>(i) * k, k}));
  });
  return labels;
}

KMeans fit_kmeans(MatrixView x, const KMeansOptions& options) {
  check(x.n_rows > 0 && options.k >= 1 && options.n_init >= 1, "k-means has rows, clusters and restarts");
  const Data data = centre_data(x);
  std::vector<Random> random;
  for (int start = 0; start < options.n_init; ++start)
    random.emplace_back(options.seed, stream_id("kmeans", static_cast<uint64_t>(start)));
  const auto seeds = seed_centres(data.rows, std::min(options.k, x.n_rows), random);
  std::vector<KMeans> fits(seeds.size());
  // Restarts run side by side; a single one spreads its rows over the threads instead.
  parallel_for(options.n_init, worker_threads(), [&](int64_t start) {
    Lloyd(data, seeds[static_cast<size_t>(start)]).run(options, fits[static_cast<size_t>(start)]);
  });
  KMeans best = std::move(*std::ranges::min_element(fits, {}, &KMeans::inertia));
  settle(data.rows, best);
  for (int64_t c = 0; c < best.centres.n_rows; ++c)
    for (size_t j = 0; j < data.mean.size(); ++j)
      best.centres.row(c)[j] = static_cast<float>(best.centres.row(c)[j] + data.mean[j]);
  return best;
}

}  // namespace songscape
