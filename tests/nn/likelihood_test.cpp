#include "nn/likelihood.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/frame_mask.h"

namespace songscape {
namespace {

struct Made {
  ParameterSet set;
  Likelihood likelihood;
  explicit Made(const std::string& kind, int64_t n_values)
      : likelihood({set, 0}, {.kind = kind, .effective_dims = false}, n_values) {}
};

TEST(Likelihood, GaussianInTrainingTakesTheBatchsOwnErrorAsVariance) {
  Made m("gaussian", 4);
  const at::Tensor x = at::full({2, 2, 2}, 0.5f), x_hat = at::full({2, 2, 2}, 0.7f);  // error .04
  const auto r = m.likelihood(x, x_hat, {}, true);
  EXPECT_NEAR(r.nats[0].item<float>(), 2 * std::log(2 * M_PI * 0.04) + 2, 1e-4);
  EXPECT_NEAR(r.mse[1].item<float>(), 0.04, 1e-6);
  EXPECT_NEAR(m.likelihood.variance(), 0.04, 1e-6);
}

TEST(Likelihood, GaussianInValidationUsesTheFrozenVariance) {
  Made m("gaussian", 4);
  const at::Tensor x = at::full({1, 2, 2}, 0.5f);
  m.likelihood(x, x + 0.2, {}, true);
  const auto r = m.likelihood(x, x + 0.1, {}, false);
  EXPECT_NEAR(r.nats[0].item<float>(), 2 * std::log(2 * M_PI * 0.04) + 4 * 0.01 / (2 * 0.04), 1e-4);
  EXPECT_NEAR(m.likelihood.variance(), 0.04, 1e-6);
}

TEST(Likelihood, TheVarianceTakesNoGradient) {
  Made m("gaussian", 4);
  at::Tensor x_hat = at::full({1, 4}, 0.6f);
  x_hat.set_requires_grad(true);
  m.likelihood(at::full({1, 4}, 0.5f), x_hat, {}, true).nats.sum().backward();
  EXPECT_NEAR(x_hat.grad()[0][0].item<float>(), 0.1 / 0.01, 1e-3);  // (x̂ − x) / σ²
}

TEST(Likelihood, PaddingCountsForNothingInAnyOfThem) {
  for (const char* kind : {"gaussian", "bernoulli", "mse"}) {
    Made whole(kind, 6), padded(kind, 10);
    const at::Tensor x = at::rand({2, 2, 3}), x_hat = at::rand({2, 2, 3});
    const at::Tensor x_long = at::rand({2, 2, 5}), x_hat_long = at::rand({2, 2, 5});
    x_long.narrow(2, 0, 3).copy_(x);
    x_hat_long.narrow(2, 0, 3).copy_(x_hat);
    const at::Tensor n_valid = at::tensor(std::vector<int64_t>{3, 3}, at::kLong);
    const auto a = whole.likelihood(x, x_hat, {}, true), b = padded.likelihood(x_long, x_hat_long, n_valid, true);
    EXPECT_TRUE(a.nats.allclose(b.nats, 1e-4, 1e-4)) << kind;
    EXPECT_TRUE(a.mse.allclose(b.mse, 1e-5, 1e-6)) << kind;
    EXPECT_TRUE(b.mse.allclose(song_mse(x_long, x_hat_long, n_valid))) << kind;
  }
}

TEST(Likelihood, BernoulliAndPlainErrorEqualTheirFormulas) {
  Made b("bernoulli", 2), m("mse", 2);
  const at::Tensor x = at::tensor(std::vector<float>{1.0f, 0.0f}).view({1, 2});
  const at::Tensor x_hat = at::tensor(std::vector<float>{0.8f, 0.4f}).view({1, 2});
  EXPECT_NEAR(b.likelihood(x, x_hat, {}, true).nats.item<float>(), -std::log(0.8) - std::log(0.6), 1e-5);
  EXPECT_NEAR(m.likelihood(x, x_hat, {}, true).nats.item<float>(), 0.04 + 0.16, 1e-6);
}

TEST(Likelihood, ConstantDataStayFinite) {
  Made m("gaussian", 4);
  const at::Tensor x = at::full({2, 4}, 0.5f);
  EXPECT_TRUE(m.likelihood(x, x, {}, true).nats.isfinite().all().item<bool>());
}

TEST(Likelihood, EffectiveDimensionsScaleTheTermOnlyWhereAskedFor) {
  const at::Tensor residual = at::rand({64, 4, 8}).repeat_interleave(4, 2) - 0.5;  // each value four times
  ParameterSet on_set, off_set;
  Likelihood on({on_set, 0}, {.kind = "gaussian", .effective_dims = true}, 128), off({off_set, 0}, {}, 128);
  on.measure(residual, 0);
  off.measure(residual, 0);
  EXPECT_EQ(off.weight(), 1.0);
  EXPECT_LT(on.weight(), 0.6);
  EXPECT_GT(on.weight(), 0.2);
}

}  // namespace
}  // namespace songscape
