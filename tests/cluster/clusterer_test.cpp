// What every clusterer owes the commands.
#include "cluster/clusterer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "blobs.h"
#include "core/error.h"
#include "metrics/adjusted_rand.h"

namespace songscape {
namespace {

class Clusterer : public testing::TestWithParam<ClusterAlgorithm> {};

TEST_P(Clusterer, FindsCloudsThatStandApartAndAssignsNewRowsToThem) {
  const Matrix x = clouds(450, 30, 9, 3);
  const Clustering fit = fit_clusters(GetParam(), x, 9, 1);
  EXPECT_EQ(fit.algorithm, GetParam());
  EXPECT_EQ(fit.k(), 9);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(cloud_labels(450, 9), fit.labels), 1);
  EXPECT_EQ(assign_clusters(fit, x), fit.labels);
  Matrix moved = x;
  for (float& v : moved.values) v += .1f;
  EXPECT_EQ(assign_clusters(fit, moved), fit.labels);
}

TEST_P(Clusterer, TakesOneRowEqualRowsOneClusterAndMoreClustersThanRows) {
  EXPECT_EQ(fit_clusters(GetParam(), Matrix(1, 5, 3), 4, 0).labels, std::vector<int32_t>{0});
  const Clustering same = fit_clusters(GetParam(), Matrix(6, 5, 3), 4, 0);
  EXPECT_EQ(same.k(), 1);
  EXPECT_EQ(same.labels, std::vector<int32_t>(6, 0));
  const Matrix x = clouds(7, 4, 2, 2);
  EXPECT_EQ(fit_clusters(GetParam(), x, 100, 0).k(), 7);
  const Clustering one = fit_clusters(GetParam(), x, 1, 0);
  EXPECT_EQ(one.labels, std::vector<int32_t>(7, 0));
  EXPECT_EQ(assign_clusters(one, Matrix(0, 4)).size(), 0u);
}

TEST_P(Clusterer, DependsOnItsInputsOnly) {
  const Matrix x = clouds(200, 8, 4, .4);
  EXPECT_EQ(fit_clusters(GetParam(), x, 6, 3).labels, fit_clusters(GetParam(), x, 6, 3).labels);
}

INSTANTIATE_TEST_SUITE_P(All, Clusterer, testing::ValuesIn(kAllClusterAlgorithms),
                         [](const auto& algorithm) { return std::string(cluster_algorithm_name(algorithm.param)); });

TEST(ParseClusterAlgorithms, KnowsEveryNameAndAllOfThem) {
  EXPECT_EQ(parse_cluster_algorithms("all").size(), 3u);
  for (const ClusterAlgorithm a : kAllClusterAlgorithms)
    EXPECT_EQ(parse_cluster_algorithms(cluster_algorithm_name(a)), std::vector{a});
  try {
    parse_cluster_algorithms("kmean");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    EXPECT_NE(std::string(e.what()).find("did you mean kmeans?"), std::string::npos);
  }
}

}  // namespace
}  // namespace songscape
