#include "cluster/graph_partition.h"

#include <gtest/gtest.h>

#include <cmath>

#include "blobs.h"
#include "core/parallel.h"
#include "metrics/adjusted_rand.h"

namespace songscape {
namespace {

// Rings of 1, 3, 5 … around 0: no mixture of Gaussians separates them.
Matrix rings(int64_t n, int64_t k) {
  Random random(4);
  Matrix x(n, 2);
  for (int64_t i = 0; i < n; ++i) {
    const double radius = static_cast<double>(1 + 2 * (i % k)) + 0.05 * random.normal(),
                 angle = random.uniform(0, 2 * M_PI);
    x(i, 0) = static_cast<float>(radius * std::cos(angle));
    x(i, 1) = static_cast<float>(radius * std::sin(angle));
  }
  return x;
}

TEST(GraphPartition, SeparatesCloudsExactly) {
  const GraphPartition p = fit_graph_partition(clouds(400, 5, 4, 12), {.k = 4});
  EXPECT_EQ(adjusted_rand_index(cloud_labels(400, 4), p.labels), 1);
  EXPECT_LT(p.normalised_cut, 1e-6);
}

TEST(GraphPartition, SeparatesRingsThatNoMixtureDoes) {
  const GraphPartition p = fit_graph_partition(rings(900, 3), {.k = 3});
  EXPECT_EQ(adjusted_rand_index(cloud_labels(900, 3), p.labels), 1);
}

TEST(GraphPartition, IsTheSameForAnyNumberOfThreads) {
  const Matrix x = clouds(600, 6, 5, 2);
  set_worker_threads(1);
  const GraphPartition one = fit_graph_partition(x, {.k = 5});
  set_worker_threads(3);
  const GraphPartition three = fit_graph_partition(x, {.k = 5});
  set_worker_threads(available_cores());
  EXPECT_EQ(one.labels, three.labels);
  EXPECT_EQ(one.normalised_cut, three.normalised_cut);
}

TEST(GraphPartition, TakesOneClusterFewRowsAndIdenticalRows) {
  EXPECT_EQ(fit_graph_partition(clouds(10, 2, 2, 3), {.k = 1}).labels, std::vector<int32_t>(10, 0));
  const GraphPartition few = fit_graph_partition(clouds(3, 2, 3, 9), {.k = 50});
  EXPECT_EQ(few.labels.size(), 3u);
  const GraphPartition same = fit_graph_partition(Matrix(30, 4, 1.0f), {.k = 3});
  for (const int32_t label : same.labels) EXPECT_TRUE(label >= 0 && label < 3);
}

TEST(NormalisedCut, OfTwoPairsJoinedByOneEdgeIsWorkedByHand) {
  Graph g;  // 0 – 1 – 2 – 3, weights 1, .5, 1
  g.first = {0, 1, 3, 5, 6};
  g.neighbour = {1, 0, 2, 1, 3, 2};
  g.weight = {1, 1, .5f, .5f, 1, 1};
  const std::vector<int32_t> halves{0, 0, 1, 1}, odd{0, 1, 1, 1};
  EXPECT_NEAR(normalised_cut(g, halves, 2), .5 / 2.5 + .5 / 2.5, 1e-12);
  EXPECT_NEAR(normalised_cut(g, odd, 2), 1.0 + 1.0 / 4, 1e-12);
  EXPECT_NEAR(normalised_cut(g, halves, 3), 1.4, 1e-12);
}

TEST(NeighbourVotes, NeverRaiseTheCut) {
  const Matrix x = clouds(300, 4, 3, 3);
  const Graph g = neighbour_graph(x, 10);
  Random random(8);
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<int32_t> labels = cloud_labels(300, 3);
    for (int32_t& label : labels)
      if (random.uniform() < .3) label = static_cast<int32_t>(random.below(3));
    EXPECT_LE(normalised_cut(g, neighbour_votes(g, labels, 3, 30), 3), normalised_cut(g, labels, 3));
  }
}

}  // namespace
}  // namespace songscape
