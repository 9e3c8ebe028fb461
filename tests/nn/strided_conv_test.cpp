#include "nn/strided_conv.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <gtest/gtest.h>

#include "composed.h"
#include "core/vector_width.h"
#include "kernels/strided_conv.h"
#include "limited_width.h"
#include "nn/autocast.h"
#include "nn/layers.h"

namespace songscape {
namespace {

constexpr Tolerance kOfBf16{1.0 / 256, 1e-3}, kOfConvSums{1e-5, 2e-3};

struct ConvCase {
  int64_t batch, n_large, n_small, height, width;  // of the larger image
};
// Both orders in memory, odd sides, the channels of the models' first and later stages.
constexpr ConvCase kConvCases[] = {{2, 1, 16, 12, 20}, {3, 16, 32, 9, 7}, {1, 48, 16, 18, 35}, {5, 32, 48, 2, 2}};

class StridedConvFunction : public testing::TestWithParam<ConvCase> {
 protected:
  void SetUp() override {
    if (!has_strided_conv(16, 16)) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
  at::Tensor weight() const { return random_bf16_values({c.n_small, c.n_large, 4, 4}, 1) / 4; }
  at::Tensor large(int64_t height, int64_t width) const {
    return random_bf16_values({c.batch, c.n_large, height, width}, 2);
  }
  at::Tensor small() const { return random_bf16_values({c.batch, c.n_small, c.height / 2, c.width / 2}, 3); }
  static void expect_equal(const Tensors& seen, const Tensors& wanted) {
    EXPECT_EQ(seen[0].scalar_type(), at::kBFloat16);
    EXPECT_TRUE(seen[0].is_contiguous(at::MemoryFormat::ChannelsLast));
    expect_close(seen[0], wanted[0], kOfBf16, "result");
    expect_close(seen[1], wanted[1], kOfBf16, "gradient of x");
    expect_close(seen[2], wanted[2], kOfConvSums, "gradient of the weight");
    expect_close(seen[3], wanted[3], kOfConvSums, "gradient of the bias");
  }
  const ConvCase c = GetParam();
};

TEST_P(StridedConvFunction, EqualsConv2dInF32) {
  const at::Tensor x = large(c.height, c.width), bias = random_bf16_values({c.n_small}, 4);
  for (const bool is_channels_last : {false, true}) {
    const Tensors inputs{is_channels_last ? x.contiguous(at::MemoryFormat::ChannelsLast) : x, weight(), bias};
    expect_equal(
        run_backward([](const Tensors& in) { return strided_conv(in[0], in[1], in[2]); }, inputs, small()),
        run_backward([](const Tensors& in) { return at::conv2d(in[0], in[1], in[2], 2, 1); }, inputs, small()));
  }
}

TEST_P(StridedConvFunction, TransposedEqualsConvTranspose2dInF32) {
  const at::Tensor x = small(), bias = random_bf16_values({c.n_large}, 4);
  const at::Tensor dy = large(c.height / 2 * 2, c.width / 2 * 2);
  for (const bool is_channels_last : {false, true}) {
    const Tensors inputs{is_channels_last ? x.contiguous(at::MemoryFormat::ChannelsLast) : x, weight(), bias};
    expect_equal(
        run_backward([](const Tensors& in) { return strided_conv_transpose(in[0], in[1], in[2]); }, inputs, dy),
        run_backward([](const Tensors& in) { return at::conv_transpose2d(in[0], in[1], in[2], 2, 1); }, inputs, dy));
  }
}

TEST_P(StridedConvFunction, ResultsAndGradientsAreTheSameOnAnyNumberOfThreads) {
  const int n_threads = at::get_num_threads();
  std::vector<Tensors> runs;
  for (const int n : {1, 2, 3}) {
    at::set_num_threads(n);
    for (const bool is_transposed : {false, true}) {
      const at::Tensor x = is_transposed ? small() : large(c.height, c.width);
      const at::Tensor dy = is_transposed ? large(c.height / 2 * 2, c.width / 2 * 2) : small();
      const at::Tensor bias = random_bf16_values({is_transposed ? c.n_large : c.n_small}, 4);
      runs.push_back(run_backward(
          [&](const Tensors& in) {
            return is_transposed ? strided_conv_transpose(in[0], in[1], in[2]) : strided_conv(in[0], in[1], in[2]);
          },
          {x, weight(), bias}, dy));
    }
  }
  at::set_num_threads(n_threads);
  for (const size_t run : {2, 3, 4, 5})
    for (size_t result = 0; result < 4; ++result)
      EXPECT_TRUE(runs[run][result].equal(runs[run % 2][result])) << run << ' ' << result;
}

INSTANTIATE_TEST_SUITE_P(EveryShape, StridedConvFunction, testing::ValuesIn(kConvCases));

TEST(StridedConvFunctions, AnImageThatNeedsNoGradientGetsNone) {
  if (!has_strided_conv(1, 16)) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  const at::Tensor x = random_bf16_values({2, 1, 8, 8}, 1), w = leaf(random_bf16_values({16, 1, 4, 4}, 2)),
                   b = leaf(random_bf16_values({16}, 3));
  strided_conv(x, w, b).sum().backward();
  EXPECT_FALSE(x.grad().defined());
  EXPECT_TRUE(w.grad().defined());
  EXPECT_TRUE(b.grad().defined());
}

TEST(StridedConvLayers, AreTakenWithinAutocastOnThisCpuAlone) {
  ParameterSet set;
  const Conv2d down(Scope{set, 1} / "down", {.n_in = 1, .n_out = 16});
  const at::Tensor x = random_bf16_values({2, 1, 8, 8}, 1);
  EXPECT_FALSE(takes_strided_conv(x, 1, 16));
  const Autocast bf16(true);
  const bool is_taken = has_strided_conv(1, 16) && !has_matrix_tiles();
  EXPECT_EQ(takes_strided_conv(x, 1, 16), is_taken);
  EXPECT_FALSE(takes_strided_conv(x, 3, 16));
  if (is_taken) {
    EXPECT_TRUE(down(x).equal(strided_conv(x, down.weight, down.bias)));
  }
}

TEST(StridedConvLayers, AreLibTorchsWhereVectorsAreNarrower) {
  ParameterSet set;
  const Conv2d down(Scope{set, 1} / "down", {.n_in = 16, .n_out = 32});
  const ConvTranspose2d up(Scope{set, 1} / "up", {.n_in = 32, .n_out = 16});
  const at::Tensor x = random_bf16_values({2, 16, 8, 8}, 1), z = random_bf16_values({2, 32, 4, 4}, 2);
  const LimitedWidth limit(VectorWidth::avx512);
  const Autocast bf16(true);
  EXPECT_FALSE(takes_strided_conv(x, 16, 32));
  EXPECT_TRUE(down(x).equal(at::conv2d(x, down.weight, down.bias, 2, 1)));
  EXPECT_TRUE(up(z).equal(at::conv_transpose2d(z, up.weight, up.bias, 2, 1)));
}

TEST(StridedConvLayers, OtherFiltersAreLibTorchs) {
  ParameterSet set;
  const Conv2d wide(Scope{set, 1} / "wide", {.n_in = 16, .n_out = 16, .kernel = 3, .stride = 1});
  const at::Tensor x = random_bf16_values({2, 16, 8, 8}, 1);
  const Autocast bf16(true);
  EXPECT_TRUE(wide(x).equal(at::conv2d(x, wide.weight, wide.bias, 1, 1)));
}

}  // namespace
}  // namespace songscape
