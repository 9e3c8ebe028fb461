#include "nn/total_correlation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full_like.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/noise.h"

namespace songscape {
namespace {

// n posteriors of variance .1 whose aggregate is N(0, I) but for a correlation of rho between two dimensions.
Posterior correlated(int64_t n, double rho, uint64_t seed) {
  at::Generator noise = noise_for(seed, "posteriors");
  const at::Tensor u = at::empty({n, 2}, at::kFloat).normal_(0, 1, noise);
  const double c = rho / .9;  // of the means, whose variance is .9
  const at::Tensor first = u.select(1, 0), second = c * first + std::sqrt(1 - c * c) * u.select(1, 1);
  const at::Tensor mean = std::sqrt(.9) * at::cat({first.unsqueeze(1), second.unsqueeze(1)}, 1);
  return {mean, at::full_like(mean, std::log(.1))};
}

KlParts parts_of(const Posterior& q, const std::string& sampling, int64_t n_train) {
  at::Generator noise = noise_for(7, "z");
  return kl_parts(q, sample(q, noise), n_train, sampling);
}

TEST(KlParts, TotalCorrelationOfCorrelatedGaussiansIsTheClosedForm) {
  const int64_t n = 1500;
  const double expected = -.5 * std::log(1 - .8 * .8);  // .511 nats
  const KlParts parts = parts_of(correlated(n, .8, 1), "stratified", n);
  EXPECT_NEAR(parts.total_correlation.item<double>(), expected, .08);
  EXPECT_NEAR(parts.dimension_kl.item<double>(), 0, .08);  // each dimension is N(0, 1)
  EXPECT_NEAR(parts_of(correlated(n, 0, 1), "stratified", n).total_correlation.item<double>(), 0, .05);
}

TEST(KlParts, SumToTheKlWhateverTheEstimator) {
  const Posterior q = correlated(64, .5, 2);
  at::Generator noise = noise_for(7, "z");
  const at::Tensor z = sample(q, noise);
  const at::Tensor log_ratio =
      (-.5 * (q.log_var + (z - q.mean).square() / q.log_var.exp()) + .5 * z.square()).sum(1).mean();
  for (const char* sampling : {"stratified", "weighted"}) {
    const KlParts p = kl_parts(q, z, 720, sampling);
    const double sum = (p.index_code_mi + p.total_correlation + p.dimension_kl).item<double>();
    EXPECT_NEAR(sum, log_ratio.item<double>(), 1e-4) << sampling;
  }
}

TEST(KlParts, OfTheWholeSetDifferBetweenEstimatorsByTheirWeightsAlone) {
  const Posterior q = correlated(50, .5, 3);
  const KlParts stratified = parts_of(q, "stratified", 50), weighted = parts_of(q, "weighted", 50);
  const double offset = std::log(50.0);  // weights of 1/50² in place of 1/50, in log q(z) and in each of two log q(z_j)
  EXPECT_NEAR((weighted.index_code_mi - stratified.index_code_mi).item<double>(), offset, 1e-4);
  EXPECT_NEAR((weighted.total_correlation - stratified.total_correlation).item<double>(), offset, 1e-4);
  EXPECT_NEAR((weighted.dimension_kl - stratified.dimension_kl).item<double>(), -2 * offset, 1e-4);
}

TEST(KlParts, OfOneSongAreAllDimensionKl) {
  const KlParts p = parts_of(correlated(1, 0, 4), "stratified", 720);
  EXPECT_NEAR(p.index_code_mi.item<double>(), 0, 1e-6);
  EXPECT_NEAR(p.total_correlation.item<double>(), 0, 1e-6);
}

}  // namespace
}  // namespace songscape
