// Gaussian mixtures fitted by expectation-maximisation (Dempster, Laird and Rubin 1977) in the log domain, started from
// k-means.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

enum class Covariance { diagonal, full };

struct GaussianMixtureOptions {
  int64_t k = 8;
  Covariance covariance = Covariance::diagonal;  // full needs many more rows than columns a component
  int n_init = 1;
  int max_iterations = 200;
  double tolerance = 1e-3;       // stop when the mean log-likelihood rises by less
  double regularisation = 1e-6;  // added to the variances
  uint64_t seed = 0;
};

struct GaussianMixture {
  Covariance covariance = Covariance::diagonal;
  std::vector<double> log_weights;  // [k]
  Matrix means;                     // [k × d]
  // diagonal: [k × d] of 1/σ.  full: k blocks of [d × d], rows of L⁻¹ with Σ = L Lᵀ, one below the other [k·d × d].
  Matrix precision_factors;
  std::vector<double> log_determinants;     // [k], of the precision factor: Σ log(diagonal)
  double mean_log_likelihood = 0;           // a row, at the end
  std::vector<double> log_likelihood_path;  // of each iteration; never falls but for rounding and regularisation
  bool has_converged = false;

  int64_t k() const { return means.n_rows; }
};

// x: at least one row, finite.  k is lowered to the number of distinct rows.  Equal for any number of threads.
GaussianMixture fit_gaussian_mixture(MatrixView x, const GaussianMixtureOptions& options);

// log Σ_c w_c N(x_i | μ_c, Σ_c) of each row.
std::vector<double> log_likelihood(const GaussianMixture& mixture, MatrixView x);
// p(c | x_i) [n × k].
Matrix responsibilities(const GaussianMixture& mixture, MatrixView x);
// The likeliest component of each row.
std::vector<int32_t> likeliest_component(const GaussianMixture& mixture, MatrixView x);

}  // namespace songscape
