#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/calinski_harabasz.h"
#include "metrics/davies_bouldin.h"
#include "metrics/silhouette.h"

namespace songscape {
namespace {

using Labels = std::vector<int32_t>;

Matrix line(std::vector<float> values) {
  Matrix out(static_cast<int64_t>(values.size()), 1);
  out.values = std::move(values);
  return out;
}
const Matrix kPairs = line({0, 2, 10, 12});
const Labels kTwo = {0, 0, 1, 1};

TEST(Silhouette, IsAsWorkedByHand) {
  const std::vector<double> s = silhouette_samples(kPairs, kTwo);
  ASSERT_EQ(s.size(), 4u);
  EXPECT_NEAR(s[0], (11.0 - 2) / 11, 1e-12);
  EXPECT_NEAR(s[1], (9.0 - 2) / 9, 1e-12);
  EXPECT_NEAR(silhouette(kPairs, kTwo), (9.0 / 11 + 7.0 / 9) / 2, 1e-12);
}

TEST(CalinskiHarabasz, IsAsWorkedByHand) { EXPECT_NEAR(calinski_harabasz(kPairs, kTwo), 100 * 2 / 4.0, 1e-12); }

TEST(DaviesBouldin, IsAsWorkedByHand) { EXPECT_NEAR(davies_bouldin(kPairs, kTwo), .2, 1e-12); }

TEST(Silhouette, OfAClusterOfOneIsZero) { EXPECT_EQ(silhouette_samples(line({0, 2, 100}), Labels{5, 5, -1})[2], 0); }

TEST(DistanceScores, AreUndefinedForOneClusterForAClusterARowForOneRowAndForNone) {
  for (const auto score : {silhouette, calinski_harabasz, davies_bouldin}) {
    EXPECT_TRUE(std::isnan(score(kPairs, Labels{1, 1, 1, 1})));
    EXPECT_TRUE(std::isnan(score(kPairs, Labels{0, 1, 2, 3})));
    EXPECT_TRUE(std::isnan(score(line({1}), Labels{0})));
    EXPECT_TRUE(std::isnan(score(Matrix(0, 1), Labels{})));
  }
}

TEST(DistanceScores, EqualRowsScoreAsScikitLearnHasThem) {
  const Matrix same = line({3, 3, 3, 3});
  EXPECT_EQ(silhouette(same, kTwo), 0);
  EXPECT_EQ(calinski_harabasz(same, kTwo), 1);
  EXPECT_EQ(davies_bouldin(same, kTwo), 0);
  const Matrix two_spots = line({3, 3, 7, 7});
  EXPECT_EQ(silhouette(two_spots, kTwo), 1);
  EXPECT_EQ(calinski_harabasz(two_spots, kTwo), 1);
  EXPECT_EQ(davies_bouldin(two_spots, kTwo), 0);
}

TEST(DistanceScores, DoNotDependOnTheOrderOfRowsOrTheNumbersOfClusters) {
  Random random(5);
  Matrix x(200, 7);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  Labels labels;
  for (int i = 0; i < 200; ++i) labels.push_back(static_cast<int32_t>(random.below(5)));
  const std::vector<int64_t> order = permutation(200, random);
  Labels permuted;
  for (const int64_t i : order) permuted.push_back(100 - 7 * labels[static_cast<size_t>(i)]);
  const Matrix y = select_rows(x, order);
  for (const auto score : {silhouette, calinski_harabasz, davies_bouldin})
    EXPECT_NEAR(score(x, labels), score(y, permuted), 1e-6 * std::abs(score(x, labels)));
}

TEST(Silhouette, IsEqualOnAnyNumberOfThreads) {
  Random random(6);
  Matrix x(1500, 20);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  Labels labels;
  for (int i = 0; i < 1500; ++i) labels.push_back(static_cast<int32_t>(random.below(70)));
  set_worker_threads(1);
  const std::vector<double> one = silhouette_samples(x, labels);
  set_worker_threads(5);
  EXPECT_EQ(silhouette_samples(x, labels), one);
  set_worker_threads(available_cores());
}

}  // namespace
}  // namespace songscape
