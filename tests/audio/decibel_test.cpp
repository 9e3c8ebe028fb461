#include "audio/decibel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace songscape {
namespace {

TEST(Decibel, IsTenLogarithmsOfTheWholeRange) {
  std::vector<float> power;
  for (double p = 1.1e-10; p < 1e30; p *= 1.37) power.push_back(static_cast<float>(p));
  auto db = power;
  to_decibel(db);
  for (size_t i = 0; i < db.size(); ++i)
    EXPECT_NEAR(db[i], 10 * std::log10(static_cast<double>(power[i])), 1e-5 * (10 + std::abs(db[i])));
}

TEST(Decibel, NothingIsBelowMinusAHundred) {
  std::vector<float> power = {0, 1e-38f, 1e-10f, 1};
  to_decibel(power);
  EXPECT_NEAR(power[0], -100, 1e-5);
  EXPECT_EQ(power[0], power[1]);
  EXPECT_EQ(power[0], power[2]);
  EXPECT_EQ(power[3], 0);
}

TEST(Decibel, TheMeanLiftsWhatIsBelowTheLeast) {
  std::vector<float> values(37, -200);
  values[36] = 10;
  EXPECT_NEAR(mean_above(values, -70), (-70 * 36 + 10) / 37.0, 1e-5);
}

TEST(Decibel, TheGreatestIsFoundInEveryPlace) {
  for (const size_t n : {1, 15, 16, 17, 40}) {
    for (size_t at = 0; at < n; ++at) {
      std::vector<float> values(n, -120);
      values[at] = -3;
      EXPECT_EQ(greatest(values), -3) << n << " values, at " << at;
    }
  }
}

TEST(Decibel, TheUnitRangeIsClipped) {
  std::vector<float> values = {-200, -80, -40, 0, 10};
  to_unit_range(values, -80, 80);
  EXPECT_EQ(values, (std::vector<float>{0, 0, 0.5f, 1, 1}));
}

}  // namespace
}  // namespace songscape
