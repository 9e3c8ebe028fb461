#include "stats/logistic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "data/npy.h"
#include "stats/cross_validation.h"
#include "stats/lbfgs.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/stats";

TEST(Lbfgs, FindsTheMinimumOfRosenbrocksValley) {
  const auto valley = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    const double off = x(1) - x(0) * x(0);
    gradient(0) = -400 * x(0) * off - 2 * (1 - x(0));
    gradient(1) = 200 * off;
    return 100 * off * off + (1 - x(0)) * (1 - x(0));
  };
  const Eigen::VectorXd x = minimise(valley, Eigen::Vector2d(-1.2, 1));
  EXPECT_NEAR(x(0), 1, 1e-5);
  EXPECT_NEAR(x(1), 1, 1e-5);
}

TEST(Logistic, GoldenProbabilitiesEqualScikitLearns) {
  const Matrix x = read_npy_matrix(kGolden / "regression_x.npy");
  const Matrix targets = read_npy_matrix(kGolden / "regression_y.npy");
  const Matrix wanted = read_npy_matrix(kGolden / "regression_probabilities.npy");
  const std::vector<int32_t> labels(targets.row(1).begin(), targets.row(1).end());
  const Matrix p = fit_logistic(x, labels, 3, .01).probabilities(x);
  for (size_t i = 0; i < p.values.size(); ++i) EXPECT_NEAR(p.values[i], wanted.values[i], 2e-4);
}

TEST(Logistic, WithoutColumnsThatTellAnythingGivesTheClassesShares) {
  const Matrix x(8, 2, 3.0f);
  const std::vector<int32_t> labels = {0, 0, 0, 0, 0, 0, 2, 2};
  const LogisticModel model = fit_logistic(x, labels, 3);
  const Matrix p = model.probabilities(x);
  EXPECT_NEAR(p(0, 0), .75, 1e-4);
  EXPECT_NEAR(p(0, 1), 0, 1e-4);
  EXPECT_NEAR(p(0, 2), .25, 1e-4);
  EXPECT_EQ(model.predict(x), std::vector<int32_t>(8, 0));
}

TEST(Logistic, OfOneRowOrOneClassPredictsIt) {
  EXPECT_EQ(fit_logistic(Matrix(1, 2, 1.0f), std::vector<int32_t>{1}, 2).predict(Matrix(3, 2)),
            std::vector<int32_t>(3, 1));
  EXPECT_EQ(fit_logistic(Matrix(5, 2, 1.0f), std::vector<int32_t>(5, 0), 1).predict(Matrix(2, 2)),
            std::vector<int32_t>(2, 0));
}

TEST(Logistic, RefusesLabelsOutsideTheClasses) {
  EXPECT_THROW(fit_logistic(Matrix(2, 1), std::vector<int32_t>{0, 2}, 2), Error);
  EXPECT_THROW(fit_logistic(Matrix(2, 1), std::vector<int32_t>{0, -1}, 2), Error);
}

TEST(CrossValidation, OfClassesIsRightForSeparateOnesAndAtChanceForNoise) {
  Random random(1);
  Matrix x(300, 5);
  std::vector<int32_t> labels, noise;
  for (int64_t i = 0; i < 300; ++i) {
    labels.push_back(static_cast<int32_t>(i % 3));
    noise.push_back(static_cast<int32_t>(random.below(3)));
    for (int64_t j = 0; j < 5; ++j) x(i, j) = static_cast<float>(random.normal() + (j == i % 3 ? 8 : 0));
  }
  EXPECT_GT(accuracy(labels, cross_validated_classes(x, labels, 3)), .98);
  EXPECT_NEAR(accuracy(noise, cross_validated_classes(x, noise, 3)), 1.0 / 3, .12);
}

TEST(BalancedAccuracy, IsTheMeanOverClassesWorkedByHand) {
  const std::vector<int32_t> labels = {0, 0, 0, 0, 1}, all_zero(5, 0);
  EXPECT_NEAR(accuracy(labels, all_zero), .8, 1e-12);
  EXPECT_NEAR(balanced_accuracy(labels, all_zero), .5, 1e-12);
  EXPECT_TRUE(std::isnan(accuracy({}, {})));
  EXPECT_TRUE(std::isnan(balanced_accuracy({}, {})));
}

}  // namespace
}  // namespace songscape
