#include "nn/beta_schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

LossConfig config(const std::string& schedule) {
  LossConfig c;
  c.schedule = schedule;
  c.beta = 2;
  c.warm_up_epochs = 10;
  c.cycle_epochs = 4;
  c.n_cycles = 3;
  return c;
}

TEST(BetaSchedule, ConstantStays) {
  EXPECT_EQ(BetaSchedule(config("constant")).beta(0), 2);
  EXPECT_EQ(BetaSchedule(config("constant")).beta(99), 2);
}

TEST(BetaSchedule, LinearRisesOverItsWarmUp) {
  const BetaSchedule s(config("linear"));
  EXPECT_EQ(s.beta(0), 0);
  EXPECT_DOUBLE_EQ(s.beta(2.5), 0.5);
  EXPECT_EQ(s.beta(10), 2);
  EXPECT_EQ(s.beta(50), 2);
}

TEST(BetaSchedule, ALinearRiseOverNoEpochIsThereAtOnce) {
  LossConfig c = config("linear");
  c.warm_up_epochs = 0;
  EXPECT_EQ(BetaSchedule(c).beta(0), 2);
}

TEST(BetaSchedule, ExponentialRisesByEqualFactors) {
  const BetaSchedule s(config("exponential"));
  EXPECT_DOUBLE_EQ(s.beta(0), 0.002);
  EXPECT_NEAR(s.beta(4) / s.beta(3), s.beta(9) / s.beta(8), 1e-12);
  EXPECT_EQ(s.beta(10), 2);
}

TEST(BetaSchedule, CyclicalRisesAndStaysInEachCycleThenForGood) {
  const BetaSchedule s(config("cyclical"));
  for (const double start : {0.0, 4.0, 8.0}) {
    EXPECT_EQ(s.beta(start), 0);
    EXPECT_EQ(s.beta(start + 1), 1);
    EXPECT_EQ(s.beta(start + 3), 2);
  }
  EXPECT_EQ(s.beta(12), 2);
  EXPECT_EQ(s.beta(13), 2);
}

TEST(BetaSchedule, TheControllerHoldsTheKlOfASimpleSystemAtItsTarget) {
  LossConfig c = config("controller");
  c.target_kl = 30;
  BetaSchedule s(c);
  double kl = 0;
  for (int i = 0; i < 5000; ++i) s.observe(kl = 100 / std::sqrt(s.beta(0)));
  EXPECT_NEAR(kl, 30, 0.5);
}

TEST(BetaSchedule, ItsStateBringsTheControllerBack) {
  BetaSchedule a(config("controller")), b(config("controller"));
  for (int i = 0; i < 20; ++i) a.observe(500);
  EXPECT_NE(a.beta(3), b.beta(3));
  b.set_state(a.state());
  EXPECT_EQ(a.beta(3), b.beta(3));
}

TEST(BetaSchedule, OnlyTheControllerListens) {
  BetaSchedule s(config("constant"));
  s.observe(1e9);
  EXPECT_EQ(s.beta(1), 2);
}

}  // namespace
}  // namespace songscape
