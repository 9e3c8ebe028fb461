#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "metrics/adjusted_rand.h"
#include "metrics/contingency.h"
#include "metrics/mutual_information.h"
#include "metrics/purity.h"

namespace songscape {
namespace {

using Labels = std::vector<int32_t>;

const Labels kTruth = {0, 0, 0, 1, 1, 1};
const Labels kPredicted = {0, 0, 1, 1, 2, 2};

TEST(AdjustedRand, IsAsWorkedByHand) {
  // 2 pairs together in both; 6 in classes, 3 in clusters, 15 in all: (2 − 6·3/15) / (4.5 − 6·3/15).
  EXPECT_DOUBLE_EQ(adjusted_rand_index(kTruth, kPredicted), (2 - 1.2) / (4.5 - 1.2));
  EXPECT_DOUBLE_EQ(adjusted_rand_index(kPredicted, kTruth), adjusted_rand_index(kTruth, kPredicted));
}

TEST(MutualInformation, IsAsWorkedByHand) {
  // I = 2/3 ln 2; H = ln 2 and ln 3.
  const double i = 2.0 / 3 * std::log(2.0);
  EXPECT_NEAR(normalised_mutual_information(kTruth, kPredicted), 2 * i / (std::log(2.0) + std::log(3.0)), 1e-12);
}

TEST(Purity, IsAsWorkedByHand) { EXPECT_DOUBLE_EQ(purity(kTruth, kPredicted), 5.0 / 6); }

TEST(LabelScores, APerfectCodeScoresOneWhateverItsNumbers) {
  const Labels renamed = {70, 70, 70, -4, -4, -4};
  EXPECT_DOUBLE_EQ(adjusted_rand_index(kTruth, renamed), 1);
  EXPECT_NEAR(normalised_mutual_information(kTruth, renamed), 1, 1e-12);
  EXPECT_DOUBLE_EQ(purity(kTruth, renamed), 1);
}

TEST(LabelScores, AConstantCodeTellsNothing) {
  const Labels constant(6, 9);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(kTruth, constant), 0);
  EXPECT_DOUBLE_EQ(normalised_mutual_information(kTruth, constant), 0);
  EXPECT_DOUBLE_EQ(purity(kTruth, constant), .5);
}

TEST(LabelScores, RowsMayStandInAnyOrderAndTwice) {
  Labels truth = kTruth, predicted = kPredicted;
  truth.insert(truth.end(), kTruth.rbegin(), kTruth.rend());
  predicted.insert(predicted.end(), kPredicted.rbegin(), kPredicted.rend());
  EXPECT_NEAR(normalised_mutual_information(truth, predicted), normalised_mutual_information(kTruth, kPredicted),
              1e-12);
  EXPECT_DOUBLE_EQ(purity(truth, predicted), purity(kTruth, kPredicted));
  Labels back(truth.rbegin(), truth.rend()), predicted_back(predicted.rbegin(), predicted.rend());
  EXPECT_DOUBLE_EQ(adjusted_rand_index(back, predicted_back), adjusted_rand_index(truth, predicted));
}

TEST(LabelScores, OneRowAndNoRowsAreAsScikitLearnHasThem) {
  EXPECT_DOUBLE_EQ(adjusted_rand_index(Labels{3}, Labels{8}), 1);
  EXPECT_DOUBLE_EQ(normalised_mutual_information(Labels{3}, Labels{8}), 1);
  EXPECT_DOUBLE_EQ(purity(Labels{3}, Labels{8}), 1);
  EXPECT_DOUBLE_EQ(adjusted_rand_index({}, {}), 1);
  EXPECT_DOUBLE_EQ(normalised_mutual_information({}, {}), 1);
  EXPECT_TRUE(std::isnan(purity({}, {})));
  const Labels each = {0, 1, 2, 3};
  EXPECT_DOUBLE_EQ(adjusted_rand_index(each, each), 1);
}

TEST(LabelScores, RandomLabelsScoreNearZeroWhenAdjusted) {
  Random random(3);
  Labels a, b;
  for (int i = 0; i < 5000; ++i) {
    a.push_back(static_cast<int32_t>(random.below(8)));
    b.push_back(static_cast<int32_t>(random.below(8)));
  }
  EXPECT_NEAR(adjusted_rand_index(a, b), 0, .005);
}

TEST(LabelScores, LabellingsOfDifferentLengthsAreADefect) { EXPECT_THROW(purity(kTruth, Labels{1}), Error); }

TEST(Contingency, CountsEveryPairOfLabels) {
  const Contingency t = contingency(kTruth, kPredicted);
  EXPECT_EQ(t.classes, (Labels{0, 1}));
  EXPECT_EQ(t.clusters, (Labels{0, 1, 2}));
  EXPECT_EQ(t.counts, (std::vector<int64_t>{2, 1, 0, 0, 1, 2}));
  EXPECT_EQ(t.cluster_sizes, (std::vector<int64_t>{2, 2, 2}));
}

}  // namespace
}  // namespace songscape
