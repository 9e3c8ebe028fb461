#include "kernels/linear.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limited_width.h"
#include "shown_shape.h"
#include "values.h"

namespace songscape {
namespace {

constexpr float kUntouched = 77;

class LinearKernels : public testing::TestWithParam<LinearShape> {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
  size_t at(int64_t row, int64_t column) const { return static_cast<size_t>(row * s.n_in + column); }

  static void expect_near(const std::vector<float>& seen, const std::vector<double>& truth) {
    for (size_t i = 0; i < truth.size(); ++i) ASSERT_NEAR(seen[i], truth[i], 2e-4 + 1e-5 * std::abs(truth[i])) << i;
  }

  const LinearShape s = GetParam();
  const std::vector<Bf16> x = random_bf16(s.batch * s.n_in, 1), dy = random_bf16(s.batch * s.n_out, 2);
  const std::vector<float> weight = random_floats(s.n_out * s.n_in, 3);
};

TEST_P(LinearKernels, ForwardEqualsThePlainLoop) {
  std::vector<uint32_t> packed(static_cast<size_t>(packed_songs_size(s)), 0xffffffff);
  const int64_t half = s.n_in / 4;
  pack_songs(s, x.data(), half, s.n_in / 2, packed.data());
  pack_songs(s, x.data(), 0, half, packed.data());
  std::vector<float> y(static_cast<size_t>(s.batch * s.n_out), kUntouched);
  const int64_t middle = s.n_out / 3;
  linear_forward(s, weight.data(), packed.data(), 0, middle, y.data());
  for (int64_t b = 0; b < s.batch; ++b)
    for (int64_t j = middle; j < s.n_out; ++j) ASSERT_EQ(y[static_cast<size_t>(b * s.n_out + j)], kUntouched);
  linear_forward(s, weight.data(), packed.data(), middle, s.n_out, y.data());
  std::vector<double> truth;
  for (int64_t b = 0; b < s.batch; ++b)
    for (int64_t j = 0; j < s.n_out; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < s.n_in; ++k) sum += value_of(x[at(b, k)]) * rounded(weight[at(j, k)]);
      truth.push_back(sum);
    }
  expect_near(y, truth);
}

TEST_P(LinearKernels, TowardsInputEqualsThePlainLoop) {
  std::vector<uint32_t> packed(static_cast<size_t>(s.n_out / 2 * s.batch), 0xffffffff);
  const int64_t half = s.n_out / 4;
  pack_outputs(s, dy.data(), half, s.n_out / 2, packed.data());
  pack_outputs(s, dy.data(), 0, half, packed.data());
  std::vector<float> dx(static_cast<size_t>(s.batch * s.n_in), kUntouched);
  const int64_t middle = s.n_in / 3 / 2 * 2;
  linear_towards_input(s, weight.data(), packed.data(), 0, middle, dx.data());
  for (int64_t b = 0; b < s.batch; ++b)
    for (int64_t i = middle; i < s.n_in; ++i) ASSERT_EQ(dx[at(b, i)], kUntouched);
  linear_towards_input(s, weight.data(), packed.data(), middle, s.n_in, dx.data());
  std::vector<double> truth(dx.size(), 0);
  for (int64_t b = 0; b < s.batch; ++b)
    for (int64_t j = 0; j < s.n_out; ++j)
      for (int64_t i = 0; i < s.n_in; ++i)
        truth[at(b, i)] += value_of(dy[static_cast<size_t>(b * s.n_out + j)]) * rounded(weight[at(j, i)]);
  expect_near(dx, truth);
}

INSTANTIATE_TEST_SUITE_P(EveryTail, LinearKernels,
                         testing::Values(LinearShape{1, 2, 2}, LinearShape{1, 66, 30}, LinearShape{7, 34, 18},
                                         LinearShape{16, 1090, 66}, LinearShape{33, 546, 262}, LinearShape{32, 96, 8},
                                         LinearShape{40, 2050, 10}, LinearShape{65, 70, 132}));

TEST(LinearKernelsOfNarrowVectors, AreNone) {
  const LimitedWidth limit(VectorWidth::avx512);
  EXPECT_FALSE(has_linear_kernels());
}

}  // namespace
}  // namespace songscape
