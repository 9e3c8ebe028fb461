#include "cluster/choose_k.h"

#include <gtest/gtest.h>

#include "blobs.h"
#include "cluster/ward.h"
#include "metrics/silhouette.h"

namespace songscape {
namespace {

class ChooseK : public testing::TestWithParam<ClusterAlgorithm> {};

TEST_P(ChooseK, FindsTheNumberOfCloudsThatStandApart) {
  const Matrix x = clouds(140, 16, 7, 3);
  const KChoice choice = choose_k(GetParam(), x, {.least = 2, .most = 12}, 1);
  EXPECT_EQ(choice.k, 7);
  EXPECT_EQ(choice.clustering.k(), 7);
  ASSERT_EQ(choice.silhouette_of_k.size(), 11u);
  EXPECT_EQ(choice.silhouette_of_k.front().first, 2);
  EXPECT_NEAR(choice.silhouette_of_k[5].second, silhouette(x, choice.clustering.labels), 1e-12);
}

TEST_P(ChooseK, IsOneWhereRowsAreEqualOrTooFew) {
  for (const int64_t n : {1, 2, 8}) {
    const KChoice choice = choose_k(GetParam(), Matrix(n, 3, 1), {}, 0);
    EXPECT_EQ(choice.k, 1);
    EXPECT_EQ(choice.clustering.labels, std::vector<int32_t>(static_cast<size_t>(n), 0));
    EXPECT_TRUE(choice.silhouette_of_k.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, ChooseK, testing::ValuesIn(kAllClusterAlgorithms),
                         [](const auto& algorithm) { return std::string(cluster_algorithm_name(algorithm.param)); });

TEST(ChooseK, OfATreeIsTheCutOfThatTree) {
  const Matrix x = clouds(90, 5, 3, .5);
  const KChoice choice = choose_k(ClusterAlgorithm::ward, x, {}, 0);
  EXPECT_EQ(choice.silhouette_of_k.back().first, 22) << "min(60, n / 4)";
  EXPECT_EQ(choice.clustering.labels, cut_ward_tree(build_ward_tree(x), choice.k));
}

}  // namespace
}  // namespace songscape
