#include "stats/standardiser.h"

#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(Standardiser, MovesColumnsToMeanZeroAndVarianceOne) {
  Matrix x(4, 2);
  x.values = {1, 10, 3, 10, 1, 10, 3, 10};
  const Standardiser s = fit_standardiser(x);
  EXPECT_EQ(s.mean, (std::vector<float>{2, 10}));
  EXPECT_EQ(s.scale, (std::vector<float>{1, 1})) << "a constant column keeps its scale";
  Matrix other(1, 2);
  other.values = {7, 11};
  EXPECT_EQ(s.transform(other).values, (std::vector<float>{5, 1})) << "other rows use the fitted figures";
}

TEST(Standardiser, DoesNotBlowUpAColumnThatOnlyVariesByRounding) {
  Matrix x(3, 1);
  x.values = {1e6f, 1e6f, 1e6f + .0625f};
  EXPECT_EQ(fit_standardiser(x).scale[0], 1);
}

TEST(Standardiser, TakesOneRowAndRefusesNone) {
  EXPECT_EQ(fit_standardiser(Matrix(1, 3, 4)).transform(Matrix(1, 3, 4)).values, std::vector<float>(3, 0));
  EXPECT_THROW(fit_standardiser(Matrix(0, 3)), Error);
}

}  // namespace
}  // namespace songscape
