#include "stats/strip_fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/random.h"

namespace songscape {
namespace {

typedef float Four __attribute__((vector_size(16)));

TEST(StripFft, EqualsThePlainSumInEveryLane) {
  for (const int64_t n : {1, 2, 3, 4, 6, 8, 12, 16, 48, 64, 96, 128}) {
    Random random(1);
    std::vector<Four> re(static_cast<size_t>(n)), im(re), spare_re(re), spare_im(re);
    for (auto* part : {&re, &im})
      for (Four& v : *part)
        for (int lane = 0; lane < 4; ++lane) v[lane] = static_cast<float>(random.normal());
    const std::vector<Four> given_re = re, given_im = im;
    Planes<Four> x{re.data(), im.data()}, spare{spare_re.data(), spare_im.data()};
    fft_strip(FftPlan(n), x, spare);
    for (int64_t f = 0; f < n; ++f)
      for (int lane = 0; lane < 4; ++lane) {
        double wanted_re = 0, wanted_im = 0;
        for (int64_t k = 0; k < n; ++k) {
          const double angle = -2 * std::numbers::pi * static_cast<double>(f * k % n) / static_cast<double>(n);
          const double r = given_re[static_cast<size_t>(k)][lane], i = given_im[static_cast<size_t>(k)][lane];
          wanted_re += r * std::cos(angle) - i * std::sin(angle);
          wanted_im += r * std::sin(angle) + i * std::cos(angle);
        }
        ASSERT_NEAR(x.re[f][lane], wanted_re, 1e-5 * static_cast<double>(n)) << n << ' ' << f;
        ASSERT_NEAR(x.im[f][lane], wanted_im, 1e-5 * static_cast<double>(n)) << n << ' ' << f;
      }
  }
}

TEST(StripFft, OfAnotherLengthIsADefect) {
  EXPECT_THROW(FftPlan(5), Error);
  EXPECT_THROW(FftPlan(9), Error);
  EXPECT_THROW(FftPlan(0), Error);
}

}  // namespace
}  // namespace songscape
