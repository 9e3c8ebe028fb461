#include "stats/random_forest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "data/npy.h"
#include "stats/binned_line.h"
#include "stats/cross_validation.h"
#include "stats/linear_model.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/stats";

Matrix normal_table(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

std::vector<double> first_output(const Matrix& m) {
  std::vector<double> out;
  for (int64_t i = 0; i < m.n_rows; ++i) out.push_back(m(i, 0));
  return out;
}

TEST(BinnedLine, PartsUnequalValuesOnly) {
  const BinnedLine line = bin_line(std::vector<float>{1, 1, 1, 1, 2, 3}, 6);
  EXPECT_EQ(line.bins_of(std::vector<float>{1, 2, 3, -9, 9}), (std::vector<int32_t>{0, 1, 2, 0, 2}));
  EXPECT_EQ(bin_line(std::vector<float>{4, 4, 4}, 64).n_bins(), 1);
  EXPECT_EQ(bin_line(std::vector<float>{4}, 64).n_bins(), 1);
}

TEST(RandomForest, GoldenImportancesAndErrorsAreNearScikitLearns) {
  const Matrix x = read_npy_matrix(kGolden / "forest_x.npy"), targets = read_npy_matrix(kGolden / "forest_y.npy");
  const Matrix wanted = read_npy_matrix(kGolden / "forest_wanted.npy");  // [2 × d + 1]: importances, score out of bag
  const std::vector<double> y(targets.row(0).begin(), targets.row(0).end());
  const std::vector<int32_t> labels(targets.row(1).begin(), targets.row(1).end());
  const ForestOptions options{.n_trees = 100, .max_depth = 8, .least_leaf = 3};
  const RandomForest numbers = fit_forest(x, y, options), classes = fit_forest(x, labels, 3, options);
  for (int64_t j = 0; j < x.n_cols; ++j) {
    EXPECT_NEAR(numbers.importance[static_cast<size_t>(j)], wanted(0, j), .03) << j;
    EXPECT_NEAR(classes.importance[static_cast<size_t>(j)], wanted(1, j), .03) << j;
  }
  EXPECT_NEAR(r_squared(y, first_output(numbers.out_of_bag)), wanted(0, x.n_cols), .03);
  std::vector<int32_t> predicted;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const auto p = classes.out_of_bag.row(i);
    predicted.push_back(static_cast<int32_t>(std::ranges::max_element(p) - p.begin()));
  }
  EXPECT_NEAR(accuracy(labels, predicted), wanted(1, x.n_cols), .03);
}

TEST(RandomForest, LearnsACurveThatALineCannot) {
  const Matrix x = normal_table(1000, 3, 1);
  std::vector<double> y;
  for (int64_t i = 0; i < 1000; ++i) y.push_back(50 + x(i, 1) * x(i, 1));
  const RandomForest forest = fit_forest(x, y);
  EXPECT_GT(r_squared(y, first_output(forest.out_of_bag)), .9);
  EXPECT_LT(r_squared(y, cross_validated_ridge(x, y)), .1);
  EXPECT_GT(forest.importance[1], .95);
}

TEST(RandomForest, OneSplitIsAsWorkedByHand) {
  Matrix x(6, 1);
  x.values = {0, 0, 0, 1, 1, 1};
  const std::vector<double> y = {2, 2, 2, 8, 8, 8};
  const RandomForest forest = fit_forest(x, y, {.n_trees = 30, .max_depth = 1, .least_leaf = 1});
  Matrix queries(2, 1);
  queries.values = {.49f, .5f};
  const Matrix predicted = forest.predict(queries);
  EXPECT_NEAR(predicted(0, 0), 2, .5);
  EXPECT_NEAR(predicted(1, 0), 8, .5);
  EXPECT_EQ(forest.importance, std::vector<double>{1});
}

TEST(RandomForest, OfConstantColumnsOrTargetsOrOneRowDoesNotSplit) {
  const std::vector<double> y = {1, 2, 3, 6};
  const RandomForest flat = fit_forest(Matrix(4, 2, 1.0f), y, {.n_trees = 5, .least_leaf = 1});
  EXPECT_EQ(flat.importance, std::vector<double>(2, 0));
  const RandomForest constant = fit_forest(normal_table(20, 2, 2), std::vector<double>(20, 1e6), {.n_trees = 5});
  EXPECT_EQ(constant.importance, std::vector<double>(2, 0));
  EXPECT_EQ(constant.predict(Matrix(1, 2))(0, 0), 1e6f);
  const RandomForest one = fit_forest(normal_table(1, 2, 3), std::vector<int32_t>{1}, 2, {.n_trees = 3});
  EXPECT_EQ(one.predict(Matrix(1, 2))(0, 1), 1);
  EXPECT_TRUE(std::isnan(one.out_of_bag(0, 0)));
}

}  // namespace
}  // namespace songscape
