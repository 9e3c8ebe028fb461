#include "kernels/norm_activate.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "limited_width.h"
#include "values.h"

namespace songscape {
namespace {

constexpr int64_t kGuard = 40;  // values after a result that no kernel may write

template <class T>
std::vector<T> random_values(int64_t n, uint64_t seed) {
  if constexpr (std::is_same_v<T, float>)
    return random_floats(n, seed);
  else
    return random_bf16(n, seed);
}

template <class T>
T nan_of() {
  if constexpr (std::is_same_v<T, float>)
    return std::numeric_limits<float>::quiet_NaN();
  else
    return to_bf16(std::numeric_limits<float>::quiet_NaN());
}

template <class T>
class NormActivateKernel : public testing::Test {
 protected:
  static constexpr double kRelative = std::is_same_v<T, float> ? 1e-6 : kBf16Tolerance;

  struct Case {
    int64_t n_rows, n;
    float slope;
    std::vector<T> x, dy;
    std::vector<float> scale, shift, mean, of_x, constant;
    NormActivate f() const { return {n, scale.data(), shift.data(), slope}; }
    double scaled(int64_t i) const { return value_of(x[i]) * scale[i % n] + shift[i % n]; }
    double g(int64_t i) const { return value_of(dy[i]) * (scaled(i) > 0 ? 1 : slope); }
  };

  template <class Job>
  static void for_cases(const Job& job) {
    for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512})
      for (const int64_t n : {1, 3, 16, 17, 48})
        for (const int64_t n_rows : {1, 2, 7, 130}) {
          const LimitedWidth limit(width);
          SCOPED_TRACE(testing::Message() << n_rows << " rows of " << n);
          job(Case{n_rows, n, n_rows % 2 ? .01f : 0.f, random_values<T>(n_rows * n, 1), random_values<T>(n_rows * n, 2),
                   random_floats(n, 3), random_floats(n, 4), random_floats(n, 5), random_floats(n, 6),
                   random_floats(n, 7)});
        }
  }

  // of(i): what value i must be.
  template <class Of>
  static void expect_values(const std::vector<T>& seen, int64_t n, const Of& of) {
    for (int64_t i = 0; i < n; ++i)
      ASSERT_NEAR(value_of(seen[static_cast<size_t>(i)]), of(i), kRelative * std::abs(of(i)) + 2e-6) << i;
    for (size_t i = static_cast<size_t>(n); i < seen.size(); ++i) ASSERT_EQ(value_of(seen[i]), 0) << "written beyond";
  }
  // sums[c] and sums[n + c]: of first(i) and second(i) over rows.
  template <class First, class Second>
  static void expect_sums(const std::vector<float>& sums, const Case& c, const First& first, const Second& second) {
    for (int64_t column = 0; column < c.n; ++column) {
      double a = 0, b = 0;
      for (int64_t i = column; i < c.n_rows * c.n; i += c.n) a += first(i), b += second(i);
      const double tolerance = 1e-5 * static_cast<double>(c.n_rows);
      ASSERT_NEAR(sums[static_cast<size_t>(column)], a, tolerance) << column;
      ASSERT_NEAR(sums[static_cast<size_t>(c.n + column)], b, tolerance) << column;
    }
  }
};

using Elements = testing::Types<float, Bf16>;
TYPED_TEST_SUITE(NormActivateKernel, Elements);

TYPED_TEST(NormActivateKernel, MomentsEqualThePlainLoop) {
  this->for_cases([](const auto& c) {
    std::vector<float> sums(static_cast<size_t>(2 * c.n), 9);
    sum_moments(std::span<const TypeParam>(c.x), c.mean.data(), c.n, sums.data());
    const auto distance = [&](int64_t i) { return value_of(c.x[i]) - c.mean[i % c.n]; };
    TestFixture::expect_sums(sums, c, distance, [&](int64_t i) { return distance(i) * distance(i); });
  });
}

TYPED_TEST(NormActivateKernel, ActivatesAsThePlainLoop) {
  this->for_cases([](const auto& c) {
    std::vector<TypeParam> y(c.x.size() + kGuard, 0);
    norm_activate(c.f(), std::span<const TypeParam>(c.x), y.data());
    TestFixture::expect_values(y, c.n_rows * c.n,
                               [&](int64_t i) { return c.scaled(i) * (c.scaled(i) > 0 ? 1 : c.slope); });
  });
}

TYPED_TEST(NormActivateKernel, GradientSumsEqualThePlainLoop) {
  this->for_cases([](const auto& c) {
    std::vector<float> sums(static_cast<size_t>(2 * c.n), 9);
    sum_norm_gradients(c.f(), std::span<const TypeParam>(c.x), c.dy.data(), c.mean.data(), sums.data());
    TestFixture::expect_sums(
        sums, c, [&](int64_t i) { return c.g(i); },
        [&](int64_t i) { return c.g(i) * (value_of(c.x[i]) - c.mean[i % c.n]); });
  });
}

TYPED_TEST(NormActivateKernel, GradientsEqualThePlainLoop) {
  this->for_cases([](const auto& c) {
    std::vector<TypeParam> dx(c.x.size() + kGuard, 0);
    norm_gradient(c.f(), std::span<const TypeParam>(c.x), c.dy.data(), c.of_x.data(), c.constant.data(), dx.data());
    TestFixture::expect_values(dx, c.n_rows * c.n, [&](int64_t i) {
      return c.scale[i % c.n] * c.g(i) + c.of_x[i % c.n] * value_of(c.x[i]) + c.constant[i % c.n];
    });
  });
}

TYPED_TEST(NormActivateKernel, ANanStaysANan) {
  this->for_cases([](auto c) {
    c.slope = .01f;
    c.shift.back() = std::bit_cast<float>(0x7fffffffu);  // which rounded like a number would be −0
    std::vector<TypeParam> y(c.x.size());
    norm_activate(c.f(), std::span<const TypeParam>(c.x), y.data());
    EXPECT_TRUE(std::isnan(value_of(y.back())));
    c.shift.back() = 0;
    c.x.back() = nan_of<TypeParam>();
    norm_activate(c.f(), std::span<const TypeParam>(c.x), y.data());
    EXPECT_TRUE(std::isnan(value_of(y.back())));
  });
}

TEST(SumRows, EqualsThePlainLoop) {
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512})
    for (const int64_t n : {1, 5, 16, 33}) {
      const LimitedWidth limit(width);
      const std::vector<Bf16> x = random_bf16(77 * n, 1);
      std::vector<float> sums(static_cast<size_t>(n), 9);
      sum_rows(x, n, sums.data());
      for (int64_t c = 0; c < n; ++c) {
        double sum = 0;
        for (int64_t i = c; i < 77 * n; i += n) sum += from_bf16(x[static_cast<size_t>(i)]);
        EXPECT_NEAR(sums[static_cast<size_t>(c)], sum, 1e-4);
      }
    }
}

}  // namespace
}  // namespace songscape
