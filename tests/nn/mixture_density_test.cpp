#include "nn/mixture_density.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

// More rows than are worked on at once.
struct MixtureCase {
  at::Tensor z, log_weight, mean, log_var, aim;
  MixtureCase() {
    at::Generator noise = noise_for(1, "test");
    const auto drawn = [&](at::IntArrayRef shape) { return normal_noise(shape, noise, at::kCPU).requires_grad_(true); };
    z = drawn({70, 3, 4});
    log_weight = drawn({70, 1000});
    mean = drawn({1000, 4});
    log_var = drawn({1000, 4});
    aim = normal_noise({70, 3}, noise, at::kCPU);
  }
  LatentMixture mixture() const { return {at::log_softmax(log_weight, 1), mean, log_var}; }
  // Without any product that could cancel.
  at::Tensor by_definition() const {
    const LatentMixture m = mixture();
    const at::Tensor distance = (z.unsqueeze(2) - m.mean).square() / m.log_var.exp();  // [n, K, components, dim]
    const at::Tensor log_normal = -0.5 * (distance + m.log_var + std::log(2 * M_PI)).sum(3);
    return (m.log_weight.unsqueeze(1) + log_normal).logsumexp(2);
  }
};

TEST(MixtureDensity, IsTheLogarithmOfTheWeightedSum) {
  const MixtureCase c;
  EXPECT_TRUE(log_mixture_density(c.mixture(), c.z).allclose(c.by_definition(), 1e-4, 1e-4));
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(log_mixture_density(c.mixture(), c.z).allclose(c.by_definition(), 1e-4, 1e-4));
}

TEST(MixtureDensity, GradientsAreThoseOfTheDefinition) {
  const MixtureCase one, other;
  (log_mixture_density(one.mixture(), one.z) * one.aim).sum().backward();
  (other.by_definition() * other.aim).sum().backward();
  const auto is_near = [](const at::Tensor& a, const at::Tensor& b) {
    return (a.grad() - b.grad()).abs().max().item<float>() < 1e-3f * (1 + b.grad().abs().max().item<float>());
  };
  EXPECT_TRUE(is_near(one.z, other.z));
  EXPECT_TRUE(is_near(one.log_weight, other.log_weight));
  EXPECT_TRUE(is_near(one.mean, other.mean));
  EXPECT_TRUE(is_near(one.log_var, other.log_var));
}

}  // namespace
}  // namespace songscape
