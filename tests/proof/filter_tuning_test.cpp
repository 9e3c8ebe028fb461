#include "proof/filter_tuning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace songscape {
namespace {

std::string kind_of(const std::function<double(int64_t, int64_t)>& weight) {
  Matrix w(4, 4);
  for (int64_t b = 0; b < 4; ++b)
    for (int64_t t = 0; t < 4; ++t) w(b, t) = static_cast<float>(weight(b, t));
  return kFilterKinds[filter_tuning(w).kind];
}

TEST(FilterTuning, StripesAlongTimeTellFrequenciesApart) {
  EXPECT_EQ(kind_of([](int64_t b, int64_t) { return b < 2 ? 1 : -1; }), "frequency");
}

TEST(FilterTuning, StripesAlongBandsTellMomentsApart) {
  EXPECT_EQ(kind_of([](int64_t, int64_t t) { return t < 2 ? 1 : -1; }), "time");
}

TEST(FilterTuning, SlantedStripesAnswerToGlides) {
  EXPECT_EQ(kind_of([](int64_t b, int64_t t) { return std::cos(1.5 * static_cast<double>(b + t)); }), "diagonal");
  EXPECT_EQ(kind_of([](int64_t b, int64_t t) { return std::cos(1.5 * static_cast<double>(b - t)); }), "diagonal");
}

TEST(FilterTuning, ASinglePointHasNoDirection) {
  EXPECT_EQ(kind_of([](int64_t b, int64_t t) { return b == 1 && t == 2 ? 1 : 0; }), "complex");
}

TEST(FilterTuning, AnEvenFilterAndAnEmptyOneAreLevel) {
  EXPECT_EQ(kind_of([](int64_t, int64_t) { return .3; }), "level");
  EXPECT_EQ(kind_of([](int64_t, int64_t) { return 0; }), "level");
}

TEST(FilterTuning, NamesTheGratingThatItAnswersMost) {
  Matrix w(8, 8);
  for (int64_t b = 0; b < 8; ++b)
    for (int64_t t = 0; t < 8; ++t) w(b, t) = static_cast<float>(std::cos(2 * M_PI * .25 * static_cast<double>(t)));
  const FilterTuning tuning = filter_tuning(w);
  EXPECT_NEAR(std::abs(tuning.cycles_per_frame), .25, .04);
  EXPECT_NEAR(tuning.cycles_per_band, 0, 1e-9);
}

}  // namespace
}  // namespace songscape
