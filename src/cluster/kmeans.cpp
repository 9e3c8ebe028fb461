// The iterations compare rows with centres through dot products, on data moved to mean 0 so that little precision is
// lost; the labels and the inertia that are handed back come from differences.
#include "cluster/kmeans.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "cluster/kmeans_seeding.h"
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
  double mean_variance = 0;    // of the columns
};

Data centre_data(MatrixView x) {
  const size_t d = static_cast<size_t>(x.n_cols);
  Data out{.rows = Matrix(x.n_rows, x.n_cols), .mean = std::vector<double>(d, 0), .squared = {}};
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < d; ++j) out.mean[j] += x.row(i)[j] / static_cast<double>(x.n_rows);
  double total = 0;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    double squared = 0;
    for (size_t j = 0; j < d; ++j) {
      const float v = static_cast<float>(x.row(i)[j] - out.mean[j]);
      out.rows.row(i)[j] = v;
      squared += double{v} * v;
    }
    out.squared.push_back(static_cast<float>(squared));
    total += squared;
  }
  out.mean_variance = total / static_cast<double>(x.n_rows) / static_cast<double>(std::max<size_t>(1, d));
  return out;
}

// One run of Lloyd's iterations.
class Lloyd {
 public:
  Lloyd(const Data& data, const std::vector<int64_t>& seeds)
      : data_(data),
        centres_(select_rows(data.rows, seeds)),
        sums_(centres_.values.size(), 0),
        sizes_(seeds.size(), 0),
        labels_(static_cast<size_t>(data.rows.n_rows), -1),
        previous_(labels_),
        squared_(labels_.size()) {}

  void run(const KMeansOptions& options, KMeans& out) {
    for (; out.n_iterations < options.max_iterations; ++out.n_iterations) {
      assign();
      fill_empty_clusters();
      out.inertia_path.push_back(std::accumulate(squared_.begin(), squared_.end(), 0.0));
      if (!update_sums()) break;
      if (move_centres() <= options.tolerance * data_.mean_variance) break;
    }
    out.centres = std::move(centres_);
  }

 private:
  size_t k() const { return sizes_.size(); }
  size_t d() const { return static_cast<size_t>(data_.rows.n_cols); }

  void assign() {
    std::vector<float> half_norms;
    for (int64_t c = 0; c < centres_.n_rows; ++c) {
      double sum = 0;
      for (const float v : centres_.row(c)) sum += double{v} * v;
      half_norms.push_back(static_cast<float>(sum / 2));
    }
    previous_.swap(labels_);
    for_each_block(data_.rows.n_rows, kBlock, [&](int64_t first, int64_t n) {
      std::vector<float> products(static_cast<size_t>(n) * k());
      dot_products(rows_of(data_.rows, first, n), centres_, products.data());
      for (int64_t i = 0; i < n; ++i) {
        float* scores = products.data() + static_cast<size_t>(i) * k();
        for (size_t c = 0; c < k(); ++c) scores[c] = half_norms[c] - scores[c];
        const int64_t best = index_of_least({scores, k()});
        labels_[static_cast<size_t>(first + i)] = static_cast<int32_t>(best);
        squared_[static_cast<size_t>(first + i)] =
            std::max(0.0f, data_.squared[static_cast<size_t>(first + i)] + 2 * scores[best]);
      }
    });
  }

  void fill_empty_clusters() {
    std::vector<int64_t> counts(k(), 0);
    for (const int32_t l : labels_) ++counts[static_cast<size_t>(l)];
    for (size_t c = 0; c < k(); ++c) {
      if (counts[c] > 0) continue;
      std::optional<size_t> farthest;
      for (size_t i = 0; i < labels_.size(); ++i)
        if (counts[static_cast<size_t>(labels_[i])] > 1 && (!farthest || squared_[i] > squared_[*farthest]))
          farthest = i;
      if (!farthest) return;
      --counts[static_cast<size_t>(labels_[*farthest])];
      ++counts[c];
      labels_[*farthest] = static_cast<int32_t>(c);
      squared_[*farthest] = 0;
    }
  }

  // Moves the rows whose label changed from one sum to another; false where none did.
  bool update_sums() {
    bool is_changed = false;
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (labels_[i] == previous_[i]) continue;
      is_changed = true;
      const float* row = data_.rows.row(static_cast<int64_t>(i)).data();
      if (previous_[i] >= 0) add(static_cast<size_t>(previous_[i]), row, -1);
      add(static_cast<size_t>(labels_[i]), row, 1);
    }
    return is_changed;
  }
  void add(size_t cluster, const float* row, int sign) {
    sizes_[cluster] += sign;
    double* sum = sums_.data() + cluster * d();
    for (size_t j = 0; j < d(); ++j) sum[j] += sign * double{row[j]};
  }

  // Returns the sum of the squared movements.
  double move_centres() {
    double moved = 0;
    for (size_t c = 0; c < k(); ++c) {
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
  Matrix centres_;
  std::vector<double> sums_;
  std::vector<int64_t> sizes_;
  std::vector<int32_t> labels_, previous_;
  std::vector<float> squared_;  // distance of each row to its centre
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
  fit.inertia = 0;
  for (int64_t i = 0; i < rows.n_rows; ++i) {
    const auto row = rows.row(i);
    const auto centre = std::as_const(fit.centres).row(fit.labels[static_cast<size_t>(i)]);
    for (size_t j = 0; j < row.size(); ++j) fit.inertia += (double{row[j]} - centre[j]) * (double{row[j]} - centre[j]);
  }
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
  std::vector<KMeans> fits(static_cast<size_t>(options.n_init));
  // Restarts run side by side; a single one spreads its rows over the threads instead.
  parallel_for(options.n_init, worker_threads(), [&](int64_t start) {
    Random random(options.seed, stream_id("kmeans", static_cast<uint64_t>(start)));
    KMeans& fit = fits[static_cast<size_t>(start)];
    Lloyd(data, seed_centres(data.rows, std::min(options.k, x.n_rows), random)).run(options, fit);
    settle(data.rows, fit);
  });
  KMeans best = std::move(*std::min_element(fits.begin(), fits.end(),
                                            [](const KMeans& a, const KMeans& b) { return a.inertia < b.inertia; }));
  for (int64_t c = 0; c < best.centres.n_rows; ++c)
    for (size_t j = 0; j < data.mean.size(); ++j)
      best.centres.row(c)[j] = static_cast<float>(best.centres.row(c)[j] + data.mean[j]);
  return best;
}

}  // namespace songscape
