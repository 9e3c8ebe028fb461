#include "proof/measure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

TEST(Measure, VerdictFollowsFromTheThreshold) {
  EXPECT_EQ(judged(measured("x", .9), {.least = .9}).verdict, Verdict::met);
  EXPECT_EQ(judged(measured("x", .8999), {.least = .9}).verdict, Verdict::missed);
  EXPECT_EQ(judged(measured("x", .15), {.below = .15}).verdict, Verdict::missed);
  EXPECT_EQ(judged(measured("x", .15), {.most = .15}).verdict, Verdict::met);
  EXPECT_EQ(judged(measured("x", .002), {.least = .0022, .most = .0025}).verdict, Verdict::missed);
  EXPECT_EQ(judged(measured("x", std::nan("")), {.least = 0}).verdict, Verdict::not_measured);
}

TEST(Measure, ThresholdIsWrittenOut) {
  EXPECT_EQ(Threshold{.below = .15}.text(), "< 0.15");
  EXPECT_EQ((Threshold{.least = .0022, .most = .0025}).text(), "0.0022 to 0.0025");
  EXPECT_EQ(judged(measured("x", 1), {.above = .5}).threshold, "> 0.5");
}

TEST(Measure, SaysWhereTheIntervalCrossesTheThreshold) {
  EXPECT_NE(judged(measured("x", Interval{.95, .85, .99}), {.least = .9}).reason.find("crosses"), std::string::npos);
  EXPECT_EQ(judged(measured("x", Interval{.95, .91, .99}), {.least = .9}).reason, "");
}

TEST(Measure, WinsOnlyWhereTheWholeIntervalIsAboveZero) {
  EXPECT_EQ(judged_win(measured("x", Interval{.1, .02, .2})).verdict, Verdict::met);
  EXPECT_EQ(judged_win(measured("x", Interval{.1, -.02, .2})).verdict, Verdict::missed);
  EXPECT_EQ(judged_win(measured("x", Interval{.1, std::nan(""), .2})).verdict, Verdict::not_measured);
}

}  // namespace
}  // namespace songscape
