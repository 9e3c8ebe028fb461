#include "study/effects.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

// Two keys of two levels, two rows each: value = a · level + b · level + c · (both) ± d of the seed.
EffectDesign design(double a, double b, double c, double d) {
  EffectDesign x{{"first", "second"}, {}, {}};
  for (const int i : {0, 1})
    for (const int j : {0, 1})
      for (const double sign : {-1.0, 1.0}) {
        x.levels.push_back({i, j});
        x.values.push_back(a * i + b * j + c * i * j + sign * d);
      }
  return x;
}

TEST(Effects, OfOneKeyAloneAreAllOfTheDifferences) {
  const auto effects = effects_of(design(3, 0, 0, 0), true);
  ASSERT_EQ(effects.size(), 3u);
  EXPECT_NEAR(effects[0].share, 1, 1e-12);
  EXPECT_NEAR(effects[1].share, 0, 1e-12);
  EXPECT_NEAR(effects[2].share, 0, 1e-12);
  EXPECT_EQ(effects[0].n_degrees, 1);
}

TEST(Effects, WorkedByHandWithAPairAndSeeds) {
  // Cells 0, 2, 1, 7; mean 2.5; first: (1 + 7 − 0 − 2) / 2 = 3 → 8 · 1.5² = 18; second: 4 → 32... in halves.
  const EffectDesign x = design(1, 2, 4, .5);
  const auto effects = effects_of(x, true);
  const double first = 8 * 1.5 * 1.5, second = 8 * 2.0 * 2.0, pair = 8 * 1.0, seeds = 8 * .25;
  const double total = first + second + pair + seeds;
  EXPECT_NEAR(effects[0].share, first / total, 1e-12);
  EXPECT_NEAR(effects[1].share, second / total, 1e-12);
  EXPECT_NEAR(effects[2].share, pair / total, 1e-12);
  EXPECT_NEAR(seed_share(x), seeds / total, 1e-12);
  EXPECT_NEAR(effects[2].f_ratio, pair / (seeds / 4), 1e-9);
}

TEST(Effects, KnowNoNoiseWithoutSeedsAndNoShareOfEqualValues) {
  EffectDesign x = design(1, 2, 0, 0);
  EXPECT_TRUE(std::isnan(effects_of(x, true)[0].f_ratio));
  EXPECT_TRUE(std::isnan(effects_of(design(0, 0, 0, 0), true)[0].share));
}

TEST(Effects, OfAnUnbalancedDesignAreWhatAKeyAddsToTheOthers) {
  // The second key goes with the first but for one row: it adds next to nothing.
  EffectDesign x{{"first", "second"}, {{0, 0}, {0, 0}, {1, 1}, {1, 1}, {1, 0}}, {0, .1, 5, 5.1, 5}};
  const auto effects = effects_of(x, false);
  EXPECT_GT(effects[0].share, .4);
  EXPECT_LT(effects[1].share, .01);
}

}  // namespace
}  // namespace songscape
