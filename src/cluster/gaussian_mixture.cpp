// Every term is formed from differences to the mean, never from second moments, so tight components far from the origin
// keep their precision.  In many dimensions nearly every responsibility is 0 or 1; rows of less than kLeastShare of a
// component are passed over in its update.
#include "cluster/gaussian_mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "cluster/gaussian_mixture_full.h"
#include "cluster/kmeans.h"
#include "core/parallel.h"
#include "core/random.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 256;
constexpr double kLeastShare = 1e-12;

MatrixView factor_of(const GaussianMixture& m, int64_t component) {
  const int64_t n = m.covariance == Covariance::full ? m.means.n_cols : 1;
  return rows_of(m.precision_factors, component * n, n);
}

void diagonal_distances(MatrixView block, std::span<const float> mean, MatrixView factor, double* out) {
  constexpr size_t kLanes = 8;
  const size_t d = mean.size();
  const float* precision = factor.data;
  for (int64_t i = 0; i < block.n_rows; ++i) {
    const float* row = block.row(i).data();
    float lanes[kLanes] = {};
    size_t j = 0;
    for (; j + kLanes <= d; j += kLanes)
      for (size_t l = 0; l < kLanes; ++l) {
        const float z = (row[j + l] - mean[j + l]) * precision[j + l];
        lanes[l] += z * z;
      }
    double sum = 0;
    for (; j < d; ++j) {
      const float z = (row[j] - mean[j]) * precision[j];
      sum += double{z} * z;
    }
    for (const float l : lanes) sum += l;
    out[i] = sum;
  }
}

// log w_c N(x_i | c) of a block, component by component [k × n].
std::vector<double> weighted_log_densities(const GaussianMixture& m, MatrixView block) {
  const size_t n = static_cast<size_t>(block.n_rows);
  const double constant = -.5 * static_cast<double>(m.means.n_cols) * std::log(2 * std::numbers::pi);
  std::vector<double> out(static_cast<size_t>(m.k()) * n);
  for (int64_t c = 0; c < m.k(); ++c) {
    double* to = out.data() + static_cast<size_t>(c) * n;
    const auto distances = m.covariance == Covariance::full ? full_distances : diagonal_distances;
    distances(block, m.means.row(c), factor_of(m, c), to);
    const double base = m.log_weights[static_cast<size_t>(c)] + m.log_determinants[static_cast<size_t>(c)] + constant;
    for (size_t i = 0; i < n; ++i) to[i] = base - .5 * to[i];
  }
  return out;
}

// Calls visit(row, its k weighted log densities, their log-sum) for every row, on all threads.
template <class Visit>
void for_each_row(const GaussianMixture& m, MatrixView x, Visit visit) {
  check(x.n_cols == m.means.n_cols, "rows have the mixture's columns");
  for_each_block(x.n_rows, kBlock, [&](int64_t first, int64_t n) {
    const std::vector<double> densities = weighted_log_densities(m, rows_of(x, first, n));
    std::vector<double> row(static_cast<size_t>(m.k()));
    for (int64_t i = 0; i < n; ++i) {
      for (size_t c = 0; c < row.size(); ++c) row[c] = densities[c * static_cast<size_t>(n) + static_cast<size_t>(i)];
      const double largest = *std::max_element(row.begin(), row.end());
      double sum = 0;
      for (const double v : row) sum += std::exp(v - largest);
      visit(first + i, std::span<const double>(row), largest + std::log(sum));
    }
  });
}

// One component from its responsibilities.
class Update {
 public:
  Update(MatrixView x, const GaussianMixtureOptions& options) : x_(x), options_(options) {}

  void fit(GaussianMixture& m, int64_t component, std::span<const double> responsibility) const {
    std::vector<int64_t> rows;
    std::vector<double> weights;
    double total = 10 * std::numeric_limits<double>::epsilon();
    for (int64_t i = 0; i < x_.n_rows; ++i)
      if (responsibility[static_cast<size_t>(i)] > kLeastShare) {
        rows.push_back(i);
        weights.push_back(responsibility[static_cast<size_t>(i)]);
        total += weights.back();
      }
    m.log_weights[static_cast<size_t>(component)] = std::log(total / static_cast<double>(x_.n_rows));
    if (rows.empty()) return;  // the component has died out: it stays where it is, with next to no weight
    const WeightedRows weighted{x_, rows, weights, total};
    const std::vector<double> mean = mean_of(weighted);
    for (size_t j = 0; j < mean.size(); ++j) m.means.row(component)[j] = static_cast<float>(mean[j]);
    float* factor =
        m.precision_factors.values.data() + (factor_of(m, component).data - m.precision_factors.values.data());
    m.log_determinants[static_cast<size_t>(component)] =
        options_.covariance == Covariance::full ? fit_full_factor(weighted, mean, options_.regularisation, factor)
                                                : fit_diagonal_factor(weighted, mean, factor);
  }

 private:
  static std::vector<double> mean_of(const WeightedRows& r) {
    std::vector<double> mean(static_cast<size_t>(r.x.n_cols), 0);
    for (size_t i = 0; i < r.rows.size(); ++i) {
      const float* row = r.x.row(r.rows[i]).data();
      for (size_t j = 0; j < mean.size(); ++j) mean[j] += r.weights[i] * row[j];
    }
    for (double& m : mean) m /= r.total;
    return mean;
  }
  double fit_diagonal_factor(const WeightedRows& r, const std::vector<double>& mean, float* factor) const {
    std::vector<double> variance(mean.size(), 0);
    for (size_t i = 0; i < r.rows.size(); ++i) {
      const float* row = r.x.row(r.rows[i]).data();
      for (size_t j = 0; j < mean.size(); ++j) variance[j] += r.weights[i] * (row[j] - mean[j]) * (row[j] - mean[j]);
    }
    double log_determinant = 0;
    for (size_t j = 0; j < mean.size(); ++j) {
      const double v = std::max(variance[j] / r.total + options_.regularisation, 1e-30);
      factor[j] = static_cast<float>(1 / std::sqrt(v));
      log_determinant -= .5 * std::log(v);
    }
    return log_determinant;
  }

  MatrixView x_;
  const GaussianMixtureOptions& options_;
};

// Responsibilities component by component [k × n], and the mean log-likelihood.
double expect(const GaussianMixture& m, MatrixView x, std::vector<double>& responsibility) {
  const size_t n = static_cast<size_t>(x.n_rows);
  std::vector<double> likelihood(n);
  for_each_row(m, x, [&](int64_t i, std::span<const double> densities, double log_sum) {
    const size_t at = static_cast<size_t>(i);
    likelihood[at] = log_sum;
    for (size_t c = 0; c < densities.size(); ++c) responsibility[c * n + at] = std::exp(densities[c] - log_sum);
  });
  return std::accumulate(likelihood.begin(), likelihood.end(), 0.0) / static_cast<double>(n);
}

void maximise(GaussianMixture& m, const Update& update, std::span<const double> responsibility, int64_t n_rows) {
  const size_t n = static_cast<size_t>(n_rows);
  parallel_for(m.k(), worker_threads(),
               [&](int64_t c) { update.fit(m, c, responsibility.subspan(static_cast<size_t>(c) * n, n)); });
}

GaussianMixture fit_once(MatrixView x, const GaussianMixtureOptions& options, uint64_t seed) {
  const KMeans start = fit_kmeans(x, {.k = options.k, .n_init = 3, .seed = seed});
  const int64_t k = start.centres.n_rows, d = x.n_cols;
  GaussianMixture m;
  m.covariance = options.covariance;
  m.log_weights.resize(static_cast<size_t>(k));
  m.log_determinants.resize(static_cast<size_t>(k));
  m.means = start.centres;
  m.precision_factors = Matrix(options.covariance == Covariance::full ? k * d : k, d);
  const size_t n = static_cast<size_t>(x.n_rows);
  std::vector<double> responsibility(static_cast<size_t>(k) * n, 0);
  for (size_t i = 0; i < n; ++i) responsibility[static_cast<size_t>(start.labels[i]) * n + i] = 1;
  const Update update(x, options);
  maximise(m, update, responsibility, x.n_rows);
  for (int iteration = 0; iteration < options.max_iterations && !m.has_converged; ++iteration) {
    const double before =
        m.log_likelihood_path.empty() ? -std::numeric_limits<double>::infinity() : m.log_likelihood_path.back();
    m.log_likelihood_path.push_back(expect(m, x, responsibility));
    m.has_converged = m.log_likelihood_path.back() - before < options.tolerance;
    if (!m.has_converged) maximise(m, update, responsibility, x.n_rows);
  }
  m.mean_log_likelihood = expect(m, x, responsibility);
  return m;
}

}  // namespace

GaussianMixture fit_gaussian_mixture(MatrixView x, const GaussianMixtureOptions& options) {
  check(x.n_rows > 0 && options.k >= 1 && options.n_init >= 1, "a mixture has rows, components and restarts");
  GaussianMixture best;
  for (int start = 0; start < options.n_init; ++start) {
    GaussianMixture m = fit_once(x, options, options.seed + static_cast<uint64_t>(start) * 0x9e3779b97f4a7c15u);
    if (start == 0 || m.mean_log_likelihood > best.mean_log_likelihood) best = std::move(m);
  }
  return best;
}

std::vector<double> log_likelihood(const GaussianMixture& mixture, MatrixView x) {
  std::vector<double> out(static_cast<size_t>(x.n_rows));
  for_each_row(mixture, x, [&](int64_t i, auto, double log_sum) { out[static_cast<size_t>(i)] = log_sum; });
  return out;
}

Matrix responsibilities(const GaussianMixture& mixture, MatrixView x) {
  Matrix out(x.n_rows, mixture.k());
  for_each_row(mixture, x, [&](int64_t i, std::span<const double> densities, double log_sum) {
    for (size_t c = 0; c < densities.size(); ++c) out.row(i)[c] = static_cast<float>(std::exp(densities[c] - log_sum));
  });
  return out;
}

std::vector<int32_t> likeliest_component(const GaussianMixture& mixture, MatrixView x) {
  std::vector<int32_t> out(static_cast<size_t>(x.n_rows));
  for_each_row(mixture, x, [&](int64_t i, std::span<const double> densities, double) {
    out[static_cast<size_t>(i)] =
        static_cast<int32_t>(std::max_element(densities.begin(), densities.end()) - densities.begin());
  });
  return out;
}

}  // namespace songscape
