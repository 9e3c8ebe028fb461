#include "nn/wide_linear.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "composed.h"
#include "limited_width.h"
#include "nn/autocast.h"
#include "nn/gradient_factors.h"
#include "nn/layers.h"

namespace songscape {
namespace {

constexpr Tolerance kOfLinearSums{1e-5, 5e-4};

struct LinearCase {
  int64_t batch, n_in, n_out;
};

at::Tensor wide(const Tensors& in) { return wide_linear(in[0], in[1], in[2]); }
at::Tensor plain(const Tensors& in) { return at::linear(in[0], in[1], in[2]); }

Tensors inputs_of(const LinearCase& c) {
  return {random_bf16_values({c.batch, c.n_in}, 1), random_bf16_values({c.n_out, c.n_in}, 2),
          random_bf16_values({c.n_out}, 3)};
}

class WideLinear : public testing::TestWithParam<LinearCase> {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
  const LinearCase c = GetParam();
  const at::Tensor dy = random_bf16_values({c.batch, c.n_out}, 4);
};

TEST_P(WideLinear, EqualsLinearInF32) {
  const Tensors seen = run_backward(wide, inputs_of(c), dy), wanted = run_backward(plain, inputs_of(c), dy);
  EXPECT_EQ(seen[0].scalar_type(), at::kFloat);
  const char* const names[] = {"result", "gradient of x", "gradient of the weight", "gradient of the bias"};
  for (size_t i = 0; i < 4; ++i) expect_close(seen[i], wanted[i], kOfLinearSums, names[i]);
}

TEST_P(WideLinear, IsTheSameOnTwoThreads) {
  const int n_threads = at::get_num_threads();
  at::set_num_threads(1);
  const Tensors one = run_backward(wide, inputs_of(c), dy);
  at::set_num_threads(2);
  const Tensors two = run_backward(wide, inputs_of(c), dy);
  at::set_num_threads(n_threads);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(two[i])) << i;
}

TEST_P(WideLinear, WithinAScopeLeavesFactorsOfTheSameGradient) {
  const Tensors wanted = run_backward(plain, inputs_of(c), dy);
  const at::Tensor x = leaf(inputs_of(c)[0]), weight = leaf(inputs_of(c)[1]), bias = leaf(inputs_of(c)[2]);
  GradientFactors factors;
  at::Tensor y;
  {
    const GradientFactors::Scope scope(factors);
    EXPECT_EQ(GradientFactors::current(), &factors);
    y = wide_linear(x, weight, bias);
  }
  EXPECT_EQ(GradientFactors::current(), nullptr);
  y.backward(dy);
  EXPECT_FALSE(weight.grad().defined());
  ASSERT_EQ(factors.of(weight.data_ptr<float>()).size(), 1u);
  const FactoredGradient& f = factors.of(weight.data_ptr<float>()).front();
  const at::Tensor gradient = at::zeros_like(wanted[2]);
  add_gradient(f, 0, c.n_out, gradient.data_ptr<float>());
  expect_close(gradient, wanted[2], kOfLinearSums, "gradient of the weight");
  const double squares = wanted[2].square().sum(at::kDouble).item<double>();
  EXPECT_NEAR(f.sum_of_squares, squares, 1e-5 * squares);
  expect_close(x.grad(), wanted[1], kOfLinearSums, "gradient of x");
  expect_close(bias.grad(), wanted[3], kOfLinearSums, "gradient of the bias");
  factors.clear();
  EXPECT_TRUE(factors.of(weight.data_ptr<float>()).empty());
}

INSTANTIATE_TEST_SUITE_P(EveryTail, WideLinear,
                         testing::Values(LinearCase{1, 66, 34}, LinearCase{7, 1090, 130}, LinearCase{33, 8300, 136},
                                         LinearCase{16, 64, 1030}));

TEST(WideLinearFunction, TakesViewsAndGradientsOfOtherStrides) {
  if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  const Tensors in = inputs_of({6, 70, 40});
  const at::Tensor x = leaf(in[0].t().contiguous()), other = leaf(in[0]);
  wide_linear(x.t(), in[1], in[2]).sum().backward();
  at::linear(other, in[1], in[2]).sum().backward();
  expect_close(x.grad().t(), other.grad(), kOfLinearSums, "gradient of x");
}

// Σ dy xᵀ vanishes, up to rounding, where songs are nearly equal and their gradients sum to zero.
TEST(WideLinearFunction, TheSquaresOfAGradientThatVanishesSumToNoLessThanZero) {
  if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const at::Tensor song = random_bf16_values({1, 5000}, seed), half = random_bf16_values({3, 300}, 100 + seed);
    const at::Tensor dy = half.new_empty({7, 300});
    dy.narrow(0, 0, 3).copy_(half);
    dy.narrow(0, 3, 1).zero_();
    dy.narrow(0, 4, 3).copy_(-half);
    const at::Tensor weight = leaf(random_bf16_values({300, 5000}, 2));
    GradientFactors factors;
    const GradientFactors::Scope scope(factors);
    wide_linear(song.repeat({7, 1}), weight, at::zeros({300})).backward(dy);
    EXPECT_GE(factors.of(weight.data_ptr<float>()).front().sum_of_squares, 0) << seed;
  }
}

TEST(WideLinearLayer, IsTakenForLargeWeightsWithinAutocast) {
  ParameterSet set;
  const Linear large(Scope{set, 1} / "large", 1024, 1024), small(Scope{set, 1} / "small", 64, 64),
      odd(Scope{set, 1} / "odd", 1025, 1024);
  const at::Tensor x = random_bf16_values({3, 1024}, 1);
  EXPECT_FALSE(takes_wide_linear(x, large.weight));
  const Autocast bf16(true);
  EXPECT_EQ(takes_wide_linear(x, large.weight), has_linear_kernels());
  EXPECT_FALSE(takes_wide_linear(x, small.weight));
  EXPECT_FALSE(takes_wide_linear(x, odd.weight));
  if (has_linear_kernels()) {
    EXPECT_TRUE(large(x).equal(wide_linear(x, large.weight, large.bias)));
  }
}

TEST(WideLinearLayer, IsLibTorchsWhereVectorsAreNarrower) {
  ParameterSet set;
  const Linear large(Scope{set, 1} / "large", 1024, 1024);
  const at::Tensor x = random_bf16_values({3, 1024}, 1);
  const LimitedWidth limit(VectorWidth::avx512);
  const Autocast bf16(true);
  EXPECT_TRUE(large(x).equal(at::linear(x, large.weight, large.bias)));
}

}  // namespace
}  // namespace songscape
