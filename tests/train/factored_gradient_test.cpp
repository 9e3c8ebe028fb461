// Adam on gradients that large layers leave in factors (nn/gradient_factors.h), against the same gradients written out.
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "nn/noise.h"
#include "nn/wide_linear.h"
#include "train/adam.h"

namespace songscape {
namespace {

at::Tensor fixed_normal(at::IntArrayRef shape, uint64_t a) {
  return at::empty(shape, at::kFloat).normal_(0, 1, noise_for(1, "factored test", a));
}

// One layer and the loss that trains it.
struct Layer {
  ParameterSet set;
  at::Tensor weight = set.add_parameter("weight", fixed_normal({130, 4200}, 1));
  at::Tensor bias = set.add_parameter("bias", fixed_normal({130}, 2));
  Adam adam{set, .01};

  at::Tensor output(uint64_t batch) const { return wide_linear(fixed_normal({7, 4200}, batch), weight, bias); }
};

using LayerLoss = std::function<at::Tensor(const Layer&)>;

void backward(Layer& layer, const LayerLoss& loss, bool is_factored) {
  std::optional<GradientFactors::Scope> scope;
  if (is_factored) scope.emplace(layer.adam.factors());
  const at::Tensor value = loss(layer);
  scope.reset();
  value.backward();
}

class FactoredAdam : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
};

// Three steps of each, with the norm asked for before each as training does.
void expect_equal_training(const LayerLoss& loss) {
  Layer factored, written;
  for (int step = 0; step < 3; ++step) {
    backward(factored, loss, true);
    backward(written, loss, false);
    const double norm = written.adam.grad_norm();
    EXPECT_NEAR(factored.adam.grad_norm(), norm, 1e-4 * norm);
    EXPECT_EQ(factored.adam.bad_gradient(), "");
    EXPECT_NEAR(factored.adam.grad_norm(), norm, 1e-4 * norm) << "asked for again";
    for (Layer* layer : {&factored, &written}) layer->adam.step(1e-2, 3);
  }
  EXPECT_TRUE(factored.weight.allclose(written.weight, 1e-4, 1e-4));
  EXPECT_TRUE(factored.bias.allclose(written.bias, 1e-4, 1e-4));
  const auto ours = factored.adam.state(), theirs = written.adam.state();
  for (size_t i = 0; i < ours.size(); ++i)
    EXPECT_TRUE(ours[i].value.allclose(theirs[i].value, 1e-3, 1e-3)) << ours[i].name;
}

TEST_F(FactoredAdam, EqualsAdamOnTheGradientWrittenOut) {
  expect_equal_training([](const Layer& l) { return (l.output(3) * fixed_normal({7, 130}, 4)).sum(); });
}

TEST_F(FactoredAdam, AWeightUsedTwiceGetsTheSum) {
  Layer layer;
  const LayerLoss twice = [](const Layer& l) {
    return (l.output(3) * fixed_normal({7, 130}, 4)).sum() + (l.output(5) * fixed_normal({7, 130}, 6)).sum();
  };
  backward(layer, twice, true);
  EXPECT_EQ(layer.adam.factors().of(layer.weight.data_ptr<float>()).size(), 2u);
  expect_equal_training(twice);
}

TEST_F(FactoredAdam, AWeightWithAGradientBesidesItsFactorsGetsTheSum) {
  const LayerLoss with_penalty = [](const Layer& l) {
    return (l.output(3) * fixed_normal({7, 130}, 4)).sum() + l.weight.square().sum();
  };
  Layer layer;
  backward(layer, with_penalty, true);
  EXPECT_TRUE(layer.weight.grad().defined());
  expect_equal_training(with_penalty);
}

TEST_F(FactoredAdam, DroppedGradientsAreGone) {
  Layer layer;
  backward(
      layer, [](const Layer& l) { return l.output(3).sum(); }, true);
  layer.adam.drop_gradients();
  EXPECT_TRUE(layer.adam.factors().of(layer.weight.data_ptr<float>()).empty());
  EXPECT_FALSE(layer.bias.grad().defined());
}

TEST_F(FactoredAdam, ABadGradientIsNamed) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Layer layer;
    at::Tensor factor = fixed_normal({7, 130}, 4);
    factor[6][129] = bad;
    backward(
        layer, [&](const Layer& l) { return (l.output(3) * factor).sum(); }, true);
    EXPECT_FALSE(std::isfinite(layer.adam.grad_norm()));
    EXPECT_EQ(layer.adam.bad_gradient(), "weight");
  }
}

}  // namespace
}  // namespace songscape
