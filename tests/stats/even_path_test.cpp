#include "stats/even_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"

namespace songscape {
namespace {

Matrix scattered(int64_t n_rows, int64_t n_cols, uint64_t seed) {
  Random random(seed, stream_id("even path"));
  Matrix x(n_rows, n_cols);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

std::vector<int64_t> rows_up_to(int64_t n) {
  std::vector<int64_t> rows(static_cast<size_t>(n));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

double squared(const Matrix& x, int64_t i, int64_t j) {
  double sum = 0;
  for (int64_t k = 0; k < x.n_cols; ++k) sum += std::pow(static_cast<double>(x(i, k)) - x(j, k), 2);
  return sum;
}

// The largest squared step, then the sum of all.
std::pair<double, double> cost_of(const Matrix& x, const std::vector<int64_t>& way) {
  std::pair<double, double> cost{0, 0};
  for (size_t i = 1; i < way.size(); ++i) {
    const double step = squared(x, way[i - 1], way[i]);
    cost.first = std::max(cost.first, step);
    cost.second += step;
  }
  return cost;
}

TEST(EvenPath, OnALineTakesThePointsAtEqualSteps) {
  Matrix x(11, 1);
  for (int64_t i = 0; i <= 10; ++i) x(i, 0) = static_cast<float>(i);
  EXPECT_EQ(even_path(x, rows_up_to(11), 0, 10, 6), (std::vector<int64_t>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(even_path(x, rows_up_to(11), 10, 0, 3), (std::vector<int64_t>{10, 5, 0}));
  EXPECT_EQ(even_path(x, rows_up_to(11), 3, 7, 2), (std::vector<int64_t>{3, 7}));
}

TEST(EvenPath, IsTheBestOfAllWaysThatGoForward) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Matrix x = scattered(12, 4, seed);
    const auto rows = rows_up_to(12);
    const std::vector<double> progress = progress_along(x, 0, 11);
    std::vector<int64_t> inside;
    for (int64_t i = 1; i < 11; ++i)
      if (progress[static_cast<size_t>(i)] > 0 && progress[static_cast<size_t>(i)] < 1) inside.push_back(i);
    if (inside.size() < 3) continue;
    std::ranges::sort(inside, {}, [&](int64_t i) { return progress[static_cast<size_t>(i)]; });
    auto best = std::pair(1e30, 1e30);
    for (size_t a = 0; a < inside.size(); ++a)
      for (size_t b = a + 1; b < inside.size(); ++b)
        for (size_t c = b + 1; c < inside.size(); ++c)
          best = std::min(best, cost_of(x, {0, inside[a], inside[b], inside[c], 11}));
    const auto found = cost_of(x, even_path(x, rows, 0, 11, 5));
    EXPECT_NEAR(found.first, best.first, 1e-4) << seed;
    EXPECT_NEAR(found.second, best.second, 1e-4) << seed;
  }
}

TEST(EvenPath, NeverRepeatsAndNeverGoesBack) {
  const Matrix x = scattered(200, 8, 7);
  const auto way = even_path(x, rows_up_to(200), 5, 6, 30);
  ASSERT_EQ(way.size(), 30u);
  const auto progress = progress_along(x, 5, 6);
  for (size_t i = 1; i < way.size(); ++i)
    EXPECT_LT(progress[static_cast<size_t>(way[i - 1])], progress[static_cast<size_t>(way[i])]);
}

TEST(EvenPath, TakesAllThatLiesBetweenWhereMoreAreAskedFor) {
  Matrix x(5, 1);
  for (int64_t i = 0; i < 5; ++i) x(i, 0) = static_cast<float>(i);
  EXPECT_EQ(even_path(x, rows_up_to(5), 1, 4, 50), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(even_path(x, {}, 1, 4, 9), (std::vector<int64_t>{1, 4}));
}

TEST(EvenPath, HasNothingBetweenTwoRowsAtOnePlace) {
  const Matrix x(6, 3, 1.f);
  EXPECT_EQ(even_path(x, rows_up_to(6), 0, 5, 4), (std::vector<int64_t>{0, 5}));
}

TEST(EvenPath, TakesEqualPointsInTheOrderOfTheirRows) {
  Matrix x(6, 1, .5f);
  x(0, 0) = 0;
  x(5, 0) = 1;
  EXPECT_EQ(even_path(x, rows_up_to(6), 0, 5, 6), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace songscape
