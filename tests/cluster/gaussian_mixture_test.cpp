#include "cluster/gaussian_mixture.h"

#include <gtest/gtest.h>

#include <numbers>
#include <numeric>

#include "blobs.h"
#include "core/parallel.h"
#include "metrics/adjusted_rand.h"

namespace songscape {
namespace {

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

TEST(GaussianMixture, IsNoLessLikelyThanScikitLearns) {
  for (const GoldenBlobs& b : golden_blobs()) {
    GaussianMixtureOptions options{.k = b.k, .n_init = 10, .tolerance = 1e-4};
    EXPECT_GE(fit_gaussian_mixture(b.x, options).mean_log_likelihood, b.gmm_diagonal - .002) << b.name;
    options.covariance = Covariance::full;
    const GaussianMixture full = fit_gaussian_mixture(b.x, options);
    EXPECT_GE(full.mean_log_likelihood, b.gmm_full - .002) << b.name;
    EXPECT_NEAR(mean(log_likelihood(full, b.x)), full.mean_log_likelihood, 1e-9);
  }
}

TEST(GaussianMixture, OfOneComponentIsTheNormalDistributionInClosedForm) {
  Matrix x(4, 2);
  x.values = {0, 0, 2, 0, 0, 4, 2, 4};  // variances 1 and 4, no correlation
  for (const Covariance c : {Covariance::diagonal, Covariance::full}) {
    const GaussianMixture m = fit_gaussian_mixture(x, {.k = 1, .covariance = c, .regularisation = 0});
    EXPECT_NEAR(m.means(0, 0), 1, 1e-6);
    EXPECT_NEAR(m.means(0, 1), 2, 1e-6);
    const double wanted = -std::log(2 * std::numbers::pi) - .5 * std::log(4.0) - .5 * (1 + 1);
    for (const double l : log_likelihood(m, x)) EXPECT_NEAR(l, wanted, 1e-6);
  }
}

TEST(GaussianMixture, LikelihoodNeverFalls) {
  for (const Covariance c : {Covariance::diagonal, Covariance::full})
    for (uint64_t seed = 0; seed < 3; ++seed) {
      const GaussianMixture m =
          fit_gaussian_mixture(clouds(150, 3, 4, 1, seed), {.k = 5, .covariance = c, .tolerance = 1e-7, .seed = seed});
      ASSERT_GT(m.log_likelihood_path.size(), 5u);
      for (size_t i = 1; i < m.log_likelihood_path.size(); ++i)
        EXPECT_GE(m.log_likelihood_path[i], m.log_likelihood_path[i - 1] - 1e-6);
    }
}

TEST(GaussianMixture, SeesShapesThatDistancesAloneDoNot) {
  // Two long parallel ridges: full covariance parts them, k-means cuts them across.
  Random random(3);
  Matrix x(400, 2);
  for (int64_t i = 0; i < 400; ++i) {
    const double along = 10 * random.normal(), across = .3 * random.normal() + (i % 2 ? 2 : -2);
    x(i, 0) = static_cast<float>(along + across);
    x(i, 1) = static_cast<float>(along - across);
  }
  const GaussianMixture m =
      fit_gaussian_mixture(x, {.k = 2, .covariance = Covariance::full, .n_init = 5, .tolerance = 1e-6});
  EXPECT_GT(adjusted_rand_index(cloud_labels(400, 2), likeliest_component(m, x)), .95);
}

TEST(GaussianMixture, ResponsibilitiesSumToOneAndPointAtTheLikeliest) {
  const Matrix x = clouds(200, 10, 4, .7);
  const GaussianMixture m = fit_gaussian_mixture(x, {.k = 4});
  const Matrix r = responsibilities(m, x);
  const std::vector<int32_t> labels = likeliest_component(m, x);
  for (int64_t i = 0; i < 200; ++i) {
    EXPECT_NEAR(std::accumulate(r.row(i).begin(), r.row(i).end(), 0.0), 1, 1e-5);
    EXPECT_EQ(*std::max_element(r.row(i).begin(), r.row(i).end()), r(i, labels[static_cast<size_t>(i)]));
  }
}

TEST(GaussianMixture, StandsFewRowsDuplicatesAndMoreComponentsThanRows) {
  for (const Covariance c : {Covariance::diagonal, Covariance::full}) {
    const GaussianMixture one = fit_gaussian_mixture(Matrix(1, 3, 2), {.k = 4, .covariance = c});
    EXPECT_EQ(one.k(), 1);
    EXPECT_TRUE(std::isfinite(one.mean_log_likelihood));
    const GaussianMixture same = fit_gaussian_mixture(Matrix(10, 3, 2), {.k = 4, .covariance = c});
    EXPECT_EQ(likeliest_component(same, Matrix(2, 3, 2)), (std::vector<int32_t>{0, 0}));
    const Matrix wide = clouds(12, 40, 3, 2);
    const GaussianMixture few = fit_gaussian_mixture(wide, {.k = 3, .covariance = c});
    EXPECT_TRUE(std::isfinite(few.mean_log_likelihood));
    EXPECT_EQ(fit_gaussian_mixture(wide, {.k = 30, .covariance = c}).k(), 12);
  }
}

TEST(GaussianMixture, IsEqualOnAnyNumberOfThreads) {
  const Matrix x = clouds(700, 6, 5, .8);
  for (const Covariance c : {Covariance::diagonal, Covariance::full}) {
    set_worker_threads(1);
    const GaussianMixture one = fit_gaussian_mixture(x, {.k = 5, .covariance = c});
    set_worker_threads(4);
    const GaussianMixture four = fit_gaussian_mixture(x, {.k = 5, .covariance = c});
    set_worker_threads(available_cores());
    EXPECT_EQ(one.means.values, four.means.values);
    EXPECT_EQ(one.log_likelihood_path, four.log_likelihood_path);
  }
}

}  // namespace
}  // namespace songscape
