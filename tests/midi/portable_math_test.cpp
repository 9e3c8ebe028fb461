#include "midi/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace songscape {
namespace {

TEST(PortableMath, SinesAgreeWithTheLibrarys) {
  for (double turns = -2.5; turns < 2.5; turns += 0.00137) {
    EXPECT_NEAR(portable::sine(turns), std::sin(2 * std::numbers::pi * turns), 1e-11) << turns;
    EXPECT_NEAR(portable::cosine(turns), std::cos(2 * std::numbers::pi * turns), 1e-11) << turns;
  }
}

TEST(PortableMath, PowersOfTwoAgreeWithTheLibrarys) {
  for (double x = -60; x < 60; x += 0.0973) EXPECT_NEAR(portable::exp2(x) / std::exp2(x), 1.0, 1e-14) << x;
  EXPECT_EQ(portable::exp2(3), 8.0);
}

TEST(PortableMath, DecibelsAndPitchesAreWhatTheySay) {
  EXPECT_NEAR(portable::decibels_to_gain(-20), 0.1, 1e-14);
  EXPECT_NEAR(portable::pitch_to_hz(69), 440.0, 1e-9);
  EXPECT_NEAR(portable::pitch_to_hz(60), 261.6255653, 1e-6);
  EXPECT_NEAR(portable::decay(0.3, 0.1), 0.125, 1e-14);
}

}  // namespace
}  // namespace songscape
