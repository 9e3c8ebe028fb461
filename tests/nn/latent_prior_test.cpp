#include "nn/latent_prior.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/noise.h"

namespace songscape {
namespace {

struct OnePrior {
  ParameterSet set;
  LatentPrior prior;
  explicit OnePrior(const PriorConfig& config, int64_t latent_dim = 2) : prior({set, 7}, config, latent_dim, {3, 2}) {
    // Away from what first weights are near to.
    at::NoGradGuard no_grad;
    for (const NamedTensor& p : set.parameters()) {
      at::Generator noise = noise_for(5, p.name);
      p.value.add_(normal_noise(p.value.sizes(), noise, at::kCPU) * .15);
    }
  }
};

class EveryPrior : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Priors, EveryPrior, testing::Values("standard", "mixture", "planar", "coupling"),
                         [](const auto& p) { return p.param; });

TEST_P(EveryPrior, HasADensityThatIntegratesToOne) {
  const at::NoGradGuard no_grad;
  const OnePrior p({.kind = GetParam(), .n_components = 3, .n_steps = 3, .hidden_dim = 8});
  constexpr int64_t kSteps = 401;
  const at::Tensor axis = at::linspace(-10, 10, kSteps);
  const auto grid = at::meshgrid({axis, axis}, "ij");
  const at::Tensor z = at::stack({grid[0].flatten(), grid[1].flatten()}, 1);
  const double cell = 20.0 / (kSteps - 1);
  EXPECT_NEAR(p.prior.log_density(z).exp().sum().item<double>() * cell * cell, 1, .01);
}

TEST_P(EveryPrior, DrawsSamplesOfItsDensity) {
  const at::NoGradGuard no_grad;
  const OnePrior p({.kind = GetParam(), .n_components = 3, .n_steps = 3, .hidden_dim = 8});
  at::Generator noise = noise_for(1, "test");
  const at::Tensor z = p.prior.sample(20000, noise);
  // Means and second moments by samples and by the density on a grid.
  constexpr int64_t kSteps = 401;
  const at::Tensor axis = at::linspace(-10, 10, kSteps);
  const auto grid = at::meshgrid({axis, axis}, "ij");
  const at::Tensor places = at::stack({grid[0].flatten(), grid[1].flatten()}, 1);
  const at::Tensor weight = p.prior.log_density(places).exp().unsqueeze(1);
  const at::Tensor mean = (places * weight).sum(0) / weight.sum(),
                   square = (places.square() * weight).sum(0) / weight.sum();
  EXPECT_LT((z.mean(0) - mean).abs().max().item<double>(), .06);
  EXPECT_LT((z.square().mean(0) - square).abs().max().item<double>(), .2);
}

TEST_P(EveryPrior, LearnsNothingOfZFromItsContext) {
  const OnePrior p({.kind = GetParam(), .n_components = 3, .n_steps = 3, .context = true});
  at::Generator noise = noise_for(1, "test");
  at::Tensor z = normal_noise({4, 2}, noise, at::kCPU);
  z.set_requires_grad(true);
  const at::Tensor context = at::full({4, 2}, -1, at::kLong);
  p.prior.log_density_given(z, context).sum().backward();
  EXPECT_FALSE(z.grad().defined());
  for (const NamedTensor& t : p.set.parameters()) {
    const bool is_of_context = t.name.find("context") != std::string::npos;
    if (!is_of_context) {
      EXPECT_FALSE(t.value.grad().defined()) << t.name;
    }
  }
  EXPECT_EQ(p.prior.sample_given(context, noise).sizes(), (std::vector<int64_t>{4, 2}));
}

}  // namespace
}  // namespace songscape
