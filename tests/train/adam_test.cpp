#include "train/adam.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "limited_width.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

at::Tensor normal(at::IntArrayRef shape, uint64_t a, uint64_t b = 0) {
  return at::empty(shape, at::kFloat).normal_(0, 1, noise_for(1, "adam test", a, b));
}

// A matrix of more than one chunk, one of a few values, and a filter with its channels last.
struct Parameters {
  ParameterSet set;
  Parameters() {
    set.add_parameter("large", normal({300, 301}, 1));
    set.add_parameter("bias", normal({5}, 2));
    set.add_parameter("filter", normal({24, 16, 4, 4}, 3).contiguous(kChannelsLast));
  }
  std::vector<at::Tensor> values() const {
    std::vector<at::Tensor> all;
    for (const NamedTensor& p : set.parameters()) all.push_back(p.value);
    return all;
  }
};

// Of a parameter's shape, in another order of memory with `is_other`.
at::Tensor gradient_for(const at::Tensor& p, uint64_t i, uint64_t step, bool is_other) {
  const at::Tensor g = normal(p.sizes(), 10 + i, step) * .1;
  if (p.dim() == 4) return is_other ? g : g.contiguous(kChannelsLast);
  return p.dim() == 2 && is_other ? g.t().contiguous().t() : g;
}

// Steps of LibTorch's fused Adam on copies.
struct Reference {
  std::vector<at::Tensor> p, m, v, steps;
  explicit Reference(const std::vector<at::Tensor>& parameters) {
    for (const at::Tensor& t : parameters) {
      p.push_back(t.detach().clone());
      m.push_back(at::zeros_like(p.back()));
      v.push_back(at::zeros_like(p.back()));
      steps.push_back(at::full({}, 0.0, at::kFloat));
    }
  }
  void step(std::vector<at::Tensor> g, double lr, double weight_decay, double divisor) {
    for (size_t i = 0; i < p.size(); ++i) {
      g[i] = at::empty_like(p[i]).copy_(g[i]);
      steps[i].add_(1);
    }
    at::_fused_adam_(p, g, m, v, {}, steps, lr, 0.9, 0.999, weight_decay, 1e-8, false, false,
                     at::full({}, divisor, at::kFloat));
  }
};

// Within 1e-5 of what a step changes on the mean, 1e-2 at most: where penalty and gradient nearly cancel, what is left
// is their rounding, and Adam makes a whole step of it.
void expect_near(const at::Tensor& seen, const at::Tensor& wanted, double change) {
  const at::Tensor difference = (seen - wanted).abs();
  EXPECT_LT(difference.mean().item<double>(), 1e-5 * change);
  EXPECT_LT(difference.max().item<double>(), 1e-2 * change);
}

TEST(Adam, TenStepsEqualLibTorchsFusedAdam) {
  constexpr double kLr = 1e-2, kDecay = .03, kDivisor = 2.5;
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512})
    for (const bool is_other_order : {false, true}) {
      const LimitedWidth limit(width);
      const at::NoGradGuard no_grad;
      const Parameters ours;
      const std::vector<at::Tensor> parameters = ours.values();
      Reference reference(parameters);
      Adam adam(ours.set, kDecay);
      for (uint64_t step = 0; step < 10; ++step) {
        std::vector<at::Tensor> gradients;
        for (size_t i = 0; i < parameters.size(); ++i) {
          gradients.push_back(gradient_for(parameters[i], i, step, is_other_order));
          parameters[i].mutable_grad() = gradients[i];
        }
        adam.step(kLr, kDivisor);
        reference.step(gradients, kLr, kDecay, kDivisor);
      }
      EXPECT_EQ(adam.n_steps(), 10);
      const std::vector<NamedTensor> state = adam.state();
      for (size_t i = 0; i < parameters.size(); ++i) {
        expect_near(parameters[i], reference.p[i], kLr);
        expect_near(state[2 * i].value, reference.m[i], .1);
        expect_near(state[2 * i + 1].value, reference.v[i], .01);
        EXPECT_FALSE(parameters[i].grad().defined());
      }
    }
}

TEST(Adam, GradNormIsThatOfAllGradients) {
  const Parameters ours;
  Adam adam(ours.set, 0);
  double sum = 0;
  for (const at::Tensor& p : ours.values()) {
    p.mutable_grad() = gradient_for(p, 1, 2, true);
    sum += p.grad().square().sum(at::kDouble).item<double>();
  }
  EXPECT_NEAR(adam.grad_norm(), std::sqrt(sum), 1e-6 * std::sqrt(sum));
  EXPECT_EQ(adam.bad_gradient(), "");
}

TEST(Adam, ABadGradientIsNamed) {
  const Parameters ours;
  Adam adam(ours.set, 0);
  for (const at::Tensor& p : ours.values()) p.mutable_grad() = gradient_for(p, 1, 2, false);
  ours.values()[2].grad()[7][3][1][2] = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(std::isfinite(adam.grad_norm()));
  EXPECT_EQ(adam.bad_gradient(), "filter");
}

TEST(Adam, AParameterWithoutAGradientStaysAndCountsItsOwnSteps) {
  const at::NoGradGuard no_grad;
  const Parameters ours;
  Adam adam(ours.set, .1);
  const std::vector<at::Tensor> parameters = ours.values();
  const at::Tensor before = parameters[1].clone(), first = normal({5}, 9);
  for (uint64_t step = 0; step < 3; ++step) {
    for (const size_t i : {0, 2}) parameters[i].mutable_grad() = gradient_for(parameters[i], i, step, false);
    if (step == 2) parameters[1].mutable_grad() = first;
    EXPECT_TRUE(parameters[1].equal(before)) << step;
    adam.step(1e-3);
  }
  EXPECT_EQ(adam.late_steps(), (std::map<std::string, int64_t>{{"bias", 1}}));
  Reference reference({before});
  reference.step({first}, 1e-3, .1, 1);
  EXPECT_TRUE(parameters[1].allclose(reference.p[0], 1e-6, 1e-6));
}

}  // namespace
}  // namespace songscape
