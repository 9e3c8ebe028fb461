#include "metrics/trustworthiness.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace songscape {
namespace {

Matrix cloud(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

TEST(Trustworthiness, OfAMapThatIsTheDataIsOne) {
  const Matrix x = cloud(80, 2, 1);
  EXPECT_DOUBLE_EQ(trustworthiness(x, x), 1);
  Matrix scaled = x;
  for (float& v : scaled.values) v *= -4;
  EXPECT_DOUBLE_EQ(trustworthiness(x, scaled), 1);
}

TEST(Trustworthiness, OfAMapOfNothingIsNearAHalf) {
  EXPECT_NEAR(trustworthiness(cloud(400, 5, 1), cloud(400, 2, 2)), .5, .05);
}

TEST(Trustworthiness, IsAsWorkedByHand) {
  // The nearest on the map is row 2, 3, 0, 1 of each row: in the data the 2nd, 3rd, 3rd and 2nd nearest.
  Matrix x(4, 1), map(4, 1);
  x.values = {0, 1, 2.1f, 3};
  map.values = {0, 3, .9f, 2};
  EXPECT_DOUBLE_EQ(trustworthiness(x, map, 1), 1 - 6 * 2.0 / (4 * 1 * (8 - 3 - 1)));
}

TEST(Trustworthiness, IsUndefinedForFewerThanThreeRowsAndLowersTheNeighbours) {
  EXPECT_TRUE(std::isnan(trustworthiness(cloud(2, 2, 1), cloud(2, 2, 1))));
  EXPECT_DOUBLE_EQ(trustworthiness(cloud(4, 2, 1), cloud(4, 2, 1), 30), 1);
}

TEST(Trustworthiness, OfEqualRowsIsANumberOnZeroToOne) {
  const double t = trustworthiness(Matrix(30, 4, 1), Matrix(30, 2, 2));
  EXPECT_GE(t, 0);
  EXPECT_LE(t, 1);
}

}  // namespace
}  // namespace songscape
