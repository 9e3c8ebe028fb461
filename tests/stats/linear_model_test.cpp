#include "stats/linear_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "data/npy.h"
#include "stats/cross_validation.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/stats";

Matrix normal_table(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

class LinearGolden : public testing::Test {
 protected:
  Matrix x = read_npy_matrix(kGolden / "regression_x.npy");
  Matrix targets = read_npy_matrix(kGolden / "regression_y.npy");
  Matrix wanted = read_npy_matrix(kGolden / "regression_linear.npy");  // weights and intercept a row
  std::vector<double> y{targets.row(0).begin(), targets.row(0).end()};

  void expect_row(int64_t row, const LinearModel& model) {
    for (int64_t j = 0; j < x.n_cols; ++j)
      EXPECT_NEAR(model.weights[static_cast<size_t>(j)], wanted(row, j),
                  1e-4 * std::max(1.0f, std::abs(wanted(row, j))));
    EXPECT_NEAR(model.intercept, wanted(row, x.n_cols), 1e-3);
  }
};

TEST_F(LinearGolden, RidgeEqualsScikitLearns) { expect_row(0, fit_ridge(x, y, .1)); }

TEST_F(LinearGolden, LeaveOneOutRidgeChoosesThePenaltyOfScikitLearns) {
  const LinearModel model = fit_ridge(x, y);
  EXPECT_NEAR(model.penalty / wanted(3, 0), 1, 1e-5);
  expect_row(1, model);
}

TEST_F(LinearGolden, LassoEqualsScikitLearns) { expect_row(2, fit_lasso(x, y, .3)); }

TEST(Ridge, OfOneColumnIsAsWorkedByHand) {
  Matrix x(4, 1);
  x.values = {-1, 1, -1, 1};                   // standardised already
  const std::vector<double> y = {0, 2, 2, 8};  // mean 3, covariance with x: 2
  const LinearModel model = fit_ridge(x, y, 1);
  EXPECT_NEAR(model.weights[0], 2 / (1 + 1.0), 1e-12);
  EXPECT_NEAR(model.intercept, 3, 1e-12);
  EXPECT_NEAR(fit_lasso(x, y, .5).weights[0], 2 - .5, 1e-9);
  EXPECT_EQ(fit_lasso(x, y, 2.5).weights[0], 0);
}

TEST(Ridge, FindsALineAndGivesConstantColumnsNoWeight) {
  Matrix x = normal_table(50, 3, 1);
  std::vector<double> y;
  for (int64_t i = 0; i < 50; ++i) {
    x(i, 1) = 7;
    y.push_back(4 + 3 * x(i, 0) - 2 * x(i, 2));
  }
  for (const LinearModel& model : {fit_ridge(x, y), fit_lasso(x, y, 1e-6), fit_lasso_by_folds(x, y, 1)}) {
    EXPECT_NEAR(model.weights[0], 3, 2e-2);
    EXPECT_EQ(model.weights[1], 0);
    EXPECT_NEAR(model.weights[2], -2, 2e-2);
    EXPECT_NEAR(r_squared(y, model.predict(x)), 1, 1e-3);
  }
}

TEST(Ridge, OfOneRowOrAConstantTargetIsTheMean) {
  const Matrix one = normal_table(1, 3, 2), many = normal_table(9, 3, 2);
  for (const LinearModel& model : {fit_ridge(one, std::vector<double>{5}), fit_ridge(many, std::vector<double>(9, 5)),
                                   fit_lasso_by_folds(one, std::vector<double>{5}, 0)})
    for (const double p : model.predict(many)) EXPECT_NEAR(p, 5, 1e-9);
  EXPECT_TRUE(std::isnan(r_squared(std::vector<double>{5, 5}, std::vector<double>{5, 5})));
}

TEST(Lasso, ByFoldsLeavesOutColumnsThatTellNothing) {
  const Matrix x = normal_table(400, 30, 3);
  Random noise(4);
  std::vector<double> y;
  for (int64_t i = 0; i < 400; ++i) y.push_back(x(i, 5) + noise.normal());
  const LinearModel model = fit_lasso_by_folds(x, y, 1);
  EXPECT_NEAR(model.weights[5], 1, .2);
  int n_used = 0;
  for (const double w : model.weights) n_used += std::abs(w) > .05;
  EXPECT_LE(n_used, 8);
}

TEST(CrossValidation, OfNoiseFindsNothingWhereTheFitWould) {
  const Matrix x = normal_table(60, 40, 5), other = normal_table(60, 1, 6);
  const std::vector<double> y(other.values.begin(), other.values.end());
  EXPECT_GT(r_squared(y, fit_ridge(x, y, 1e-5).predict(x)), .5);
  EXPECT_LT(r_squared(y, cross_validated_ridge(x, y)), .1);
}

TEST(CrossValidation, OfALineFindsIt) {
  const Matrix x = normal_table(100, 4, 7);
  std::vector<double> y;
  for (int64_t i = 0; i < 100; ++i) y.push_back(x(i, 1) - x(i, 2));
  EXPECT_GT(r_squared(y, cross_validated_ridge(x, y)), .999);
}

TEST(CrossValidation, KeepsGroupsTogether) {
  // Every group has its own target, which only its own rows could tell.
  Random random(8);
  Matrix x(200, 10);
  std::vector<int32_t> group;
  std::vector<double> y;
  Matrix centre = normal_table(20, 10, 9);
  for (int64_t i = 0; i < 200; ++i) {
    group.push_back(static_cast<int32_t>(i % 20));
    for (int64_t j = 0; j < 10; ++j) x(i, j) = centre(i % 20, j);
    y.push_back(std::sin(100.0 * static_cast<double>(i % 20)));
  }
  EXPECT_GT(r_squared(y, cross_validated_ridge(x, y)), .3);
  EXPECT_LT(r_squared(y, cross_validated_ridge(x, y, {.group_of_row = group})), .1);
}

TEST(CrossValidation, OfOneGroupGivesTheMean) {
  const Matrix x = normal_table(4, 2, 10);
  const std::vector<double> y = {1, 2, 3, 4};
  EXPECT_EQ(cross_validated_ridge(x, y, {.group_of_row = std::vector<int32_t>(4, 3)}), std::vector<double>(4, 2.5));
}

}  // namespace
}  // namespace songscape
