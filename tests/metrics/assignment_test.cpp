#include "metrics/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"

namespace songscape {
namespace {

double cost_of(const std::vector<double>& cost, const std::vector<int64_t>& column, int64_t n_cols) {
  double sum = 0;
  for (size_t i = 0; i < column.size(); ++i)
    sum += cost[i * static_cast<size_t>(n_cols) + static_cast<size_t>(column[i])];
  return sum;
}

double cheapest_by_trying_all(const std::vector<double>& cost, int64_t n_rows, int64_t n_cols) {
  std::vector<int64_t> columns(static_cast<size_t>(n_cols));
  std::iota(columns.begin(), columns.end(), 0);
  double least = INFINITY;
  do {
    least = std::min(least, cost_of(cost, {columns.begin(), columns.begin() + n_rows}, n_cols));
  } while (std::ranges::next_permutation(columns).found);
  return least;
}

TEST(CheapestAssignment, CostsAsLittleAsTheBestOfAllPermutations) {
  Random random(2);
  for (int trial = 0; trial < 60; ++trial) {
    const int64_t n_cols = 1 + random.below(6), n_rows = 1 + random.below(n_cols);
    std::vector<double> cost(static_cast<size_t>(n_rows * n_cols));
    for (double& c : cost) c = std::floor(random.uniform(-5, 6));  // whole numbers: many ties
    std::vector<int64_t> column = cheapest_assignment(cost, n_rows, n_cols);
    EXPECT_EQ(cost_of(cost, column, n_cols), cheapest_by_trying_all(cost, n_rows, n_cols));
    std::ranges::sort(column);
    EXPECT_EQ(std::ranges::adjacent_find(column), column.end());
  }
}

TEST(ClusteringAccuracy, IsOneForPermutedLabelsAndWorkedByHandElsewhere) {
  const std::vector<int32_t> truth{0, 0, 1, 1, 2, 2}, permuted{7, 7, -1, -1, 3, 3}, one{5, 5, 5, 5, 5, 5};
  EXPECT_EQ(clustering_accuracy(truth, permuted), 1);
  EXPECT_NEAR(clustering_accuracy(truth, one), 1. / 3, 1e-12);
  const std::vector<int32_t> split{0, 1, 2, 3, 4, 5};
  EXPECT_NEAR(clustering_accuracy(truth, split), .5, 1e-12);
  EXPECT_TRUE(std::isnan(clustering_accuracy({}, {})));
}

}  // namespace
}  // namespace songscape
