#include "report/axis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace songscape {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::string> texts(const Axis& axis) {
  std::vector<std::string> out;
  for (const Tick& t : axis.ticks) out.push_back(t.text);
  return out;
}

TEST(Axis, ticks_are_round_and_within) {
  EXPECT_EQ(texts(make_exact_axis(0, 30, 6)), (std::vector<std::string>{"0", "5", "10", "15", "20", "25", "30"}));
  EXPECT_EQ(texts(make_exact_axis(-80, 0)), (std::vector<std::string>{"−80", "−60", "−40", "−20", "0"}));
  EXPECT_EQ(texts(make_exact_axis(.013, .031, 4)), (std::vector<std::string>{"0.015", "0.020", "0.025", "0.030"}));
}

TEST(Axis, every_finite_value_has_a_place_inside) {
  const std::vector<double> values{3, kNan, -2, kInf, 8};
  const Axis axis = make_axis(values);
  for (const double v : {3., -2., 8.}) {
    EXPECT_GT(axis.place(v), 0);
    EXPECT_LT(axis.place(v), 1);
  }
  EXPECT_TRUE(std::isnan(axis.place(kNan)));
  EXPECT_TRUE(std::isnan(axis.place(kInf)));
}

TEST(Axis, nothing_and_one_value_still_make_an_axis) {
  for (const std::vector<double>& values :
       {std::vector<double>{}, {kNan}, {kInf}, {0}, {7, 7, 7}, {-1e-12}, {1e300}, {1e17, 1e17}}) {
    for (const Axis& axis : {make_axis(values), make_axis(values, AxisScale::automatic), make_axis_from_zero(values),
                             make_whole_axis(values)}) {
      EXPECT_LT(axis.low, axis.high);
      EXPECT_TRUE(std::isfinite(axis.low) && std::isfinite(axis.high));
      EXPECT_LE(axis.ticks.size(), 100u);
    }
  }
}

TEST(Axis, is_logarithmic_only_where_the_values_are_positive_and_wide) {
  const std::vector<double> wide{.001, 5}, narrow{1, 5}, crossing{-1, 500};
  EXPECT_TRUE(make_axis(wide, AxisScale::automatic).is_log);
  EXPECT_FALSE(make_axis(narrow, AxisScale::automatic).is_log);
  EXPECT_FALSE(make_axis(crossing, AxisScale::automatic).is_log);
  EXPECT_FALSE(make_axis(crossing, AxisScale::logarithmic).is_log);
  EXPECT_NEAR(make_axis(wide, AxisScale::logarithmic).place(std::sqrt(.001 * 5)), .5, 1e-9);
}

TEST(Axis, epochs_have_whole_ticks) {
  const std::vector<double> two{1, 2};
  for (const Tick& t : make_whole_axis(two).ticks) EXPECT_EQ(t.value, std::floor(t.value));
}

TEST(Axis, bars_start_at_zero) {
  const std::vector<double> values{3, 5}, negative{-.2, .5};
  EXPECT_EQ(make_axis_from_zero(values).low, 0);
  EXPECT_LT(make_axis_from_zero(negative).low, -.2);
}

TEST(Axis, numbers_are_short) {
  EXPECT_EQ(tick_text(-160000, 20000), "−160k");
  EXPECT_EQ(tick_text(12500, 500), "12.5k");
  EXPECT_EQ(tick_text(2500000, 500000), "2.5M");
  EXPECT_EQ(tick_text(1e-6, 1e-6), "10⁻⁶");
  EXPECT_EQ(tick_text(2e12, 1e12), "2×10¹²");
  EXPECT_EQ(tick_text(1e-17, .1), "0");
  EXPECT_EQ(tick_text(.25, .05), "0.25");
}

}  // namespace
}  // namespace songscape
