#include "nn/posterior.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "nn/noise.h"

namespace songscape {
namespace {

TEST(Posterior, KlIsZeroWhereItIsThePrior) {
  EXPECT_EQ(kl_per_dim({at::zeros({2, 3}), at::zeros({2, 3})}).abs().max().item<float>(), 0.0f);
}

TEST(Posterior, KlEqualsTheClosedFormWorkedByHand) {
  // mean 2, variance e: (4 + e − 1 − 1) / 2
  const at::Tensor kl = kl_per_dim({at::full({1, 1}, 2.0), at::full({1, 1}, 1.0)});
  EXPECT_NEAR(kl.item<float>(), (4 + M_E - 2) / 2, 1e-5);
}

TEST(Posterior, KlEqualsAMonteCarloEstimate) {
  const Posterior q{at::full({1, 1}, 0.7), at::full({1, 1}, -1.1)};
  const Posterior many{q.mean.expand({200000, 1}), q.log_var.expand({200000, 1})};
  at::Generator noise = noise_for(1, "test");
  const at::Tensor z = sample(many, noise);
  const at::Tensor log_q = -0.5 * ((z - q.mean).square() / q.log_var.exp() + q.log_var);
  EXPECT_NEAR((log_q + 0.5 * z.square()).mean().item<float>(), kl_per_dim(q).item<float>(), 0.01);
}

TEST(Posterior, SamplesHaveItsMeanAndVarianceAndFollowTheirSeed) {
  const Posterior q{at::full({100000, 1}, 3.0), at::full({100000, 1}, std::log(0.25))};
  at::Generator a = noise_for(7, "test", 1, 2), b = noise_for(7, "test", 1, 2), c = noise_for(7, "test", 1, 3);
  const at::Tensor z = sample(q, a);
  EXPECT_NEAR(z.mean().item<float>(), 3.0, 0.01);
  EXPECT_NEAR(z.var().item<float>(), 0.25, 0.01);
  EXPECT_TRUE(z.equal(sample(q, b)));
  EXPECT_FALSE(z.equal(sample(q, c)));
}

TEST(Posterior, FreeBitsAndKlSumToTheLargerOfBothInEachDimension) {
  const at::Tensor kl = at::tensor(std::vector<float>{0.1f, 2.0f, 0.3f, 4.0f}).view({2, 2});  // means .2 and 3
  EXPECT_NEAR((kl.sum(1).mean() + free_bits_shortfall(kl, 0.5)).item<float>(), 0.5 + 3.0, 1e-6);
}

TEST(Posterior, KlToAGaussianOfItsOwnIsTheClosedForm) {
  const Posterior q{at::full({1, 1}, 1.0), at::full({1, 1}, std::log(4.0))};
  const Posterior p{at::full({1, 1}, 3.0), at::full({1, 1}, std::log(9.0))};
  // log(3/2) + (4 + 2²) / (2 · 9) − 1/2
  EXPECT_NEAR(kl_per_dim(q, p).item<float>(), 0.349909553, 1e-6);
  EXPECT_NEAR(kl_per_dim(q, q).item<float>(), 0, 1e-6);
  const Posterior standard{at::full({1, 1}, 0.0), at::full({1, 1}, 0.0)};
  EXPECT_NEAR(kl_per_dim(q, standard).item<float>(), kl_per_dim(q).item<float>(), 1e-6);
}

}  // namespace
}  // namespace songscape
