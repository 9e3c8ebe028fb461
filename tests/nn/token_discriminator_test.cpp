#include "nn/token_discriminator.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

TEST(SpectralLinear, HasAGreatestSingularValueOfOne) {
  ParameterSet set;
  const SpectralLinear layer({set, 3}, 12, 7);
  at::NoGradGuard no_grad;
  layer.linear.weight.mul_(5);
  at::Generator noise = noise_for(1, "test");
  const at::Tensor x = normal_noise({3, 12}, noise, at::kCPU);
  at::Tensor y;
  for (int i = 0; i < 200; ++i) y = layer(x, true, false);
  const double sigma = at::linalg_svdvals(layer.linear.weight)[0].item<double>();
  const at::Tensor wanted = x.mm((layer.linear.weight / sigma).t()) + layer.linear.bias;
  EXPECT_LT((y - wanted).abs().max().item<double>(), 1e-3);
}

TEST(StraightThrough, IsOneHotForwardAndSoftBackward) {
  at::Tensor logits = at::tensor({2.f, 0.f, -1.f, 0.f, 3.f, 0.f}).view({2, 3});
  logits.set_requires_grad(true);
  at::Generator noise = noise_for(1, "test");
  const at::Tensor drawn = straight_through_sample(logits, 1, noise);
  EXPECT_EQ((drawn.detach() > .5).sum(1).min().item<int64_t>(), 1);
  EXPECT_LT((drawn.detach().sum(1) - 1).abs().max().item<double>(), 1e-6);
  (drawn * at::tensor({1.f, 2.f, 3.f})).sum().backward();
  EXPECT_GT(logits.grad().abs().max().item<double>(), 0);
  EXPECT_LT(logits.grad().sum(1).abs().max().item<double>(), 1e-5);  // as of every softmax
}

TEST(StraightThrough, DrawsEachTokenAsOftenAsItsProbability) {
  const at::Tensor logits = at::tensor({.7f, .2f, .1f}).log().expand({20000, 3});
  at::Generator noise = noise_for(1, "test");
  const at::Tensor share = straight_through_sample(logits, .5, noise).mean(0);
  EXPECT_LT((share - at::tensor({.7f, .2f, .1f})).abs().max().item<double>(), .015);
}

TEST(Hinge, IsAsWorkedByHand) {
  const TokenDiscriminator::Opinion real{{at::tensor({2.f, 0.f})}, {}}, made{{at::tensor({-2.f, 1.f})}, {}};
  EXPECT_NEAR(discriminator_loss(real, made).item<double>(), .5 + 1, 1e-6);
  EXPECT_NEAR(generator_loss(made).item<double>(), .5, 1e-6);
  EXPECT_NEAR(discriminator_accuracy(real, made).item<double>(), .5, 1e-6);
}

}  // namespace
}  // namespace songscape
