#include "kernels/strided_conv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

#include "limited_width.h"
#include "values.h"

namespace songscape {

void PrintTo(const StridedConv& c, std::ostream* out) {
  *out << c.n_images << " images of " << c.large_height << " by " << c.large_width << ", " << c.n_large << " and "
       << c.n_small << " channels";
}

namespace {

constexpr int64_t kTaps = 16;
constexpr size_t kGuard = 128;  // values after a result that no kernel may write
constexpr Bf16 kUntouched = 0x4abc;

// job(large pixel, small pixel, tap) of all that lie under one another.
template <class Job>
void for_taps(const StridedConv& c, const Job& job) {
  for (int64_t image = 0; image < c.n_images; ++image)
    for (int64_t i = 0; i < c.small_height(); ++i)
      for (int64_t j = 0; j < c.small_width(); ++j)
        for (int64_t tap = 0; tap < kTaps; ++tap) {
          const int64_t y = 2 * i - 1 + tap / 4, x = 2 * j - 1 + tap % 4;
          if (y < 0 || y >= c.large_height || x < 0 || x >= c.large_width) continue;
          job((image * c.large_height + y) * c.large_width + x, (image * c.small_height() + i) * c.small_width() + j,
              tap);
        }
}

class StridedConvKernel : public testing::TestWithParam<StridedConv> {
 protected:
  void SetUp() override {
    if (!has_strided_conv(c.n_large, c.n_small)) GTEST_SKIP() << "the CPU has no AVX512-BF16";
    large = random_bf16(c.n_images * c.large_height * c.large_width * c.n_large, 1);
    small = random_bf16(c.n_images * c.small_height() * c.small_width() * c.n_small, 2);
    weight = random_floats(c.n_small * kTaps * c.n_large, 3, .2);
  }

  size_t filter_row(int64_t co, int64_t tap) const { return static_cast<size_t>((co * kTaps + tap) * c.n_large); }

  static void expect_equal(const std::vector<Bf16>& seen, const std::vector<double>& truth) {
    for (size_t i = 0; i < truth.size(); ++i)
      ASSERT_NEAR(from_bf16(seen[i]), truth[i], kBf16Tolerance * std::abs(truth[i]) + 1e-4) << i;
    for (size_t i = truth.size(); i < seen.size(); ++i) ASSERT_EQ(seen[i], kUntouched) << "written beyond";
  }

  // Of `bias` for each pixel, or zeros.
  static std::vector<double> start(size_t n, const std::vector<float>& bias) {
    std::vector<double> out(n, 0);
    for (size_t i = 0; i < n && !bias.empty(); ++i) out[i] = bias[i % bias.size()];
    return out;
  }

  const StridedConv c = GetParam();
  std::vector<Bf16> large, small;
  std::vector<float> weight;
};

TEST_P(StridedConvKernel, TowardsSmallEqualsThePlainLoop) {
  const auto packed = pack_towards_small(weight.data(), c.n_large, c.n_small);
  for (const bool has_bias : {false, true}) {
    const std::vector<float> bias = random_floats(has_bias ? c.n_small : 0, 4);
    std::vector<double> truth = start(small.size(), bias);
    for_taps(c, [&](int64_t l, int64_t s, int64_t tap) {
      for (int64_t co = 0; co < c.n_small; ++co)
        for (int64_t ci = 0; ci < c.n_large; ++ci)
          truth[s * c.n_small + co] +=
              value_of(large[l * c.n_large + ci]) * rounded(weight[filter_row(co, tap) + static_cast<size_t>(ci)]);
    });
    std::vector<Bf16> seen(small.size() + kGuard, kUntouched);
    for (int64_t unit = n_units_towards_small(c) - 1; unit >= 0; --unit)
      conv_towards_small(c, large.data(), packed.data(), has_bias ? bias.data() : nullptr, seen.data(), unit);
    expect_equal(seen, truth);
  }
}

TEST_P(StridedConvKernel, TowardsLargeEqualsThePlainLoop) {
  const auto packed = pack_towards_large(weight.data(), c.n_large, c.n_small);
  for (const bool has_bias : {false, true}) {
    const std::vector<float> bias = random_floats(has_bias ? c.n_large : 0, 5);
    std::vector<double> truth = start(large.size(), bias);
    for_taps(c, [&](int64_t l, int64_t s, int64_t tap) {
      for (int64_t co = 0; co < c.n_small; ++co)
        for (int64_t ci = 0; ci < c.n_large; ++ci)
          truth[l * c.n_large + ci] +=
              value_of(small[s * c.n_small + co]) * rounded(weight[filter_row(co, tap) + static_cast<size_t>(ci)]);
    });
    std::vector<Bf16> seen(large.size() + kGuard, kUntouched);
    for (int64_t unit = n_units_towards_large(c) - 1; unit >= 0; --unit)
      conv_towards_large(c, small.data(), packed.data(), has_bias ? bias.data() : nullptr, seen.data(), unit);
    expect_equal(seen, truth);
  }
}

TEST_P(StridedConvKernel, TheWeightGradientOfEveryPartEqualsThePlainLoop) {
  std::vector<double> truth(weight.size(), 0);
  for_taps(c, [&](int64_t l, int64_t s, int64_t tap) {
    for (int64_t co = 0; co < c.n_small; ++co)
      for (int64_t ci = 0; ci < c.n_large; ++ci)
        truth[filter_row(co, tap) + static_cast<size_t>(ci)] +=
            value_of(small[s * c.n_small + co]) * value_of(large[l * c.n_large + ci]);
  });
  std::vector<float> whole;
  for (const int64_t n_parts : {1, 8, 12}) {
    std::vector<float> seen(weight.size() + kGuard, 5);
    for (const FilterPart& part : filter_parts(c.n_small, n_parts))
      conv_weight_gradient(c, large.data(), small.data(), part, seen.data());
    for (size_t i = 0; i < truth.size(); ++i) ASSERT_NEAR(seen[i], truth[i], 2e-4 + 1e-5 * std::abs(truth[i])) << i;
    for (size_t i = truth.size(); i < seen.size(); ++i) ASSERT_EQ(seen[i], 5) << "written beyond";
    if (whole.empty()) whole = seen;
    EXPECT_EQ(seen, whole) << n_parts << " parts";
  }
}

// Images, height, width, channels of the large image and of the small one.
INSTANTIATE_TEST_SUITE_P(EveryTail, StridedConvKernel,
                         testing::Values(StridedConv{1, 2, 2, 1, 16}, StridedConv{1, 2, 2, 16, 16},
                                         StridedConv{1, 3, 3, 48, 16}, StridedConv{7, 5, 7, 16, 32},
                                         StridedConv{16, 8, 6, 32, 48}, StridedConv{33, 5, 3, 1, 48},
                                         StridedConv{1, 19, 35, 1, 32}, StridedConv{2, 19, 33, 48, 16},
                                         StridedConv{2, 36, 34, 16, 48}, StridedConv{1, 37, 18, 32, 32},
                                         StridedConv{1, 3, 325, 16, 16}, StridedConv{1, 4, 646, 1, 16}));

TEST(StridedConvKernels, ServeTheChannelsTheyNameAndFullVectorsOnly) {
  const bool is_served = vector_width() == VectorWidth::avx512_bf16;
  for (const int64_t n_large : {1, 16, 32, 48}) EXPECT_EQ(has_strided_conv(n_large, 32), is_served) << n_large;
  for (const int64_t n_large : {2, 3, 8, 17, 24}) EXPECT_FALSE(has_strided_conv(n_large, 32)) << n_large;
  for (const int64_t n_small : {1, 8, 24, 33}) EXPECT_FALSE(has_strided_conv(16, n_small)) << n_small;
  const LimitedWidth limit(VectorWidth::avx512);
  EXPECT_FALSE(has_strided_conv(16, 16));
}

}  // namespace
}  // namespace songscape
