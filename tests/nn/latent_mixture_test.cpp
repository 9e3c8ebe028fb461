#include "nn/latent_mixture.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

double log_normal(double x, double mean, double variance) {
  return -0.5 * (std::log(2 * M_PI * variance) + (x - mean) * (x - mean) / variance);
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

}  // namespace
}  // namespace songscape
