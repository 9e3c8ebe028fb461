#include "nn/latent_mixture.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/mixture_parameters.h"
#include "nn/noise.h"

namespace songscape {
namespace {

double log_normal(double x, double mean, double variance) {
  return -0.5 * (std::log(2 * M_PI * variance) + (x - mean) * (x - mean) / variance);
}

// KL(N(m, s) ‖ N(mean, variance)), s and variance being variances.
double kl_of(double m, double s, double mean, double variance) {
  return 0.5 * (std::log(variance / s) + (s + (m - mean) * (m - mean)) / variance - 1);
}

// Two components over two dimensions.
LatentMixture two() {
  return {at::tensor({0.25f, 0.75f}).log(), at::tensor({0.f, 1.f, -2.f, 3.f}).view({2, 2}),
          at::tensor({1.f, 4.f, .5f, 2.f}).log().view({2, 2})};
}

TEST(LatentMixture, JointIsTheSumOfTheDimensionsOwnNormals) {
  const at::Tensor joint = log_joint(two(), at::tensor({0.5f, -1.f}).view({1, 2}));
  EXPECT_NEAR(joint[0][0].item<float>(), std::log(.25) + log_normal(.5, 0, 1) + log_normal(-1, 1, 4), 1e-5);
  EXPECT_NEAR(joint[0][1].item<float>(), std::log(.75) + log_normal(.5, -2, .5) + log_normal(-1, 3, 2), 1e-5);
}

TEST(LatentMixture, ResponsibilitiesSumToOneFarFromEveryComponent) {
  const at::Tensor far = log_responsibilities(two(), at::tensor({1e4f, -1e4f}).view({1, 2}));
  EXPECT_TRUE(far.isfinite().any().item<bool>());
  EXPECT_NEAR(far.exp().sum().item<float>(), 1, 1e-5);
}

TEST(LatentMixture, KlIsWorkedByHand) {
  const Posterior q{at::tensor({.5f, -1.f}).view({1, 2}), at::tensor({.3f, .2f}).log().view({1, 2})};
  const at::Tensor share = at::tensor({.4f, .6f}).view({1, 2});
  const MixtureKl kl = kl_to_mixture(q, two(), share.log());
  EXPECT_NEAR(kl.z_per_dim[0][0].item<float>(), .4 * kl_of(.5, .3, 0, 1) + .6 * kl_of(.5, .3, -2, .5), 1e-5);
  EXPECT_NEAR(kl.z_per_dim[0][1].item<float>(), .4 * kl_of(-1, .2, 1, 4) + .6 * kl_of(-1, .2, 3, 2), 1e-5);
  EXPECT_NEAR(kl.components[0].item<float>(), .4 * std::log(.4 / .25) + .6 * std::log(.6 / .75), 1e-6);
}

TEST(LatentMixture, OfOneStandardComponentItsKlIsThePlainOne) {
  const LatentMixture standard{at::zeros({1}), at::zeros({1, 3}), at::zeros({1, 3})};
  at::Generator noise = noise_for(1, "test");
  const Posterior q{at::empty({4, 3}).normal_(0, 1, noise), at::empty({4, 3}).normal_(0, 1, noise)};
  const MixtureKl kl = kl_to_mixture(q, standard, at::zeros({4, 1}));
  EXPECT_LT((kl.z_per_dim - kl_per_dim(q)).abs().max().item<float>(), 1e-5);
  EXPECT_EQ(kl.components.abs().max().item<float>(), 0);
}

TEST(LatentMixture, SetFromAPartitionHasTheMomentsOfItsRows) {
  const at::Tensor z = at::tensor({0.f, 2.f, 10.f, 14.f, 12.f}).view({5, 1});
  const at::Tensor q = at::tensor({1.f, 0.f, 1.f, 0.f, 0.f, 1.f, 0.f, 1.f, 0.f, 1.f}).view({5, 2});
  const LatentMixture m = mixture_of(z, q, 0);
  EXPECT_NEAR(m.log_weight[0].item<float>(), std::log(.4), 1e-5);
  EXPECT_NEAR(m.mean[0][0].item<float>(), 1, 1e-5);
  EXPECT_NEAR(m.mean[1][0].item<float>(), 12, 1e-5);
  EXPECT_NEAR(m.log_var[0][0].item<float>(), std::log(1.), 1e-5);
  EXPECT_NEAR(m.log_var[1][0].item<float>(), std::log(8. / 3), 1e-5);
}

TEST(LatentMixture, OfIdenticalSongsAndEmptyComponentsIsFinite) {
  at::Tensor q = at::zeros({6, 3});
  q.select(1, 0).fill_(1);
  const LatentMixture m = mixture_of(at::full({6, 4}, 2.5), q);
  for (const at::Tensor& t : {m.log_weight, m.mean, m.log_var}) EXPECT_TRUE(t.isfinite().all().item<bool>());
  EXPECT_NEAR(m.log_weight.exp().sum().item<float>(), 1, 1e-5);
  EXPECT_TRUE(log_responsibilities(m, at::full({6, 4}, 2.5)).isfinite().all().item<bool>());
}

TEST(Assignments, AreSharpenedAndBalancedByHand) {
  const at::Tensor t = sharpened(at::tensor({.8f, .2f, .6f, .4f}).view({2, 2}));  // sums: 1.4, .6
  const double a = .64 / 1.4, b = .04 / .6;
  EXPECT_NEAR(t[0][0].item<float>(), a / (a + b), 1e-6);
  EXPECT_NEAR(t.sum(1).min().item<float>(), 1, 1e-6);
}

TEST(Occupancy, CountsAComponentThatHasWeightAndASong) {
  const at::Tensor q = at::tensor({.9f, .1f, 0.f, .8f, .2f, 0.f}).view({2, 3});
  const Occupancy o = occupancy_of(q);
  EXPECT_EQ(o.n_songs[0].item<int64_t>(), 2);
  EXPECT_NEAR(o.weight[1].item<float>(), .15, 1e-6);
  EXPECT_EQ(o.n_active(), 1);
  EXPECT_EQ(occupancy_of(at::eye(4)).n_active(), 4);
}

TEST(DeadComponents, TakeHalvesOfTheLargestUntilAllHoldSongs) {
  const at::NoGradGuard no_grad;
  ParameterSet set;
  MixtureParameters mixture(Scope{set, 1}, 4, 2);
  at::Generator noise = noise_for(1, "test");
  const at::Tensor z = at::empty({200, 2}).normal_(0, 1, noise);
  at::Tensor mean = at::full({4, 2}, 100.0);
  mean[0].fill_(0);
  mixture.set({at::ones({4}).log() - std::log(4), mean, at::zeros({4, 2})});
  EXPECT_EQ(occupancy_of(log_responsibilities(mixture.values(), z).exp()).n_active(), 1);
  EXPECT_GE(mixture.revive_dead(z), 3);
  EXPECT_EQ(occupancy_of(log_responsibilities(mixture.values(), z).exp()).n_active(), 4);
}

TEST(DeadComponents, OfIdenticalSongsStayDeadAndFinite) {
  ParameterSet set;
  MixtureParameters mixture(Scope{set, 1}, 3, 2);
  EXPECT_EQ(mixture.revive_dead(at::full({20, 2}, 1.0)), 0);
  EXPECT_TRUE(mixture.values().mean.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace songscape
