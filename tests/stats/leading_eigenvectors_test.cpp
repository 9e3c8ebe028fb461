#include "stats/leading_eigenvectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace songscape {
namespace {

// Every edge listed from both sides, weight 1.
Graph graph_of(int64_t n, const std::vector<std::pair<int32_t, int32_t>>& edges) {
  Graph graph;
  graph.first.push_back(0);
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t j = 0; j < n; ++j)
      for (const auto& [a, b] : edges)
        if ((a == i && b == j) || (a == j && b == i)) {
          graph.neighbour.push_back(j);
          graph.weight.push_back(1);
        }
    graph.first.push_back(static_cast<int64_t>(graph.neighbour.size()));
  }
  return graph;
}

Graph ring(int64_t n) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  for (int32_t i = 0; i < n; ++i) edges.push_back({i, static_cast<int32_t>((i + 1) % n)});
  return graph_of(n, edges);
}

TEST(LeadingEigenvectors, OfARingAreItsCosines) {
  const int64_t n = 60;
  const Eigenvectors e = leading_eigenvectors(ring(n), 5, 1, 1e-5);
  const double step = 2 * M_PI / static_cast<double>(n);
  const double wanted[] = {1, std::cos(step), std::cos(step), std::cos(2 * step), std::cos(2 * step)};
  for (size_t i = 0; i < 5; ++i) EXPECT_NEAR(e.values[i], wanted[i], 1e-5);
  EXPECT_LT(e.residual, 1e-5);
}

TEST(LeadingEigenvectors, AreOrthonormal) {
  const Eigenvectors e = leading_eigenvectors(ring(100), 6, 1);
  for (int64_t a = 0; a < 6; ++a)
    for (int64_t b = 0; b < 6; ++b) {
      double product = 0;
      for (int64_t i = 0; i < 100; ++i) product += double{e.vectors(i, a)} * e.vectors(i, b);
      EXPECT_NEAR(product, a == b ? 1 : 0, 1e-4);
    }
}

TEST(LeadingEigenvectors, PartsWithoutAnEdgeBetweenGiveAsManyEigenvaluesOfOne) {
  const Eigenvectors e =
      leading_eigenvectors(graph_of(9, {{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}, {6, 7}, {7, 8}, {6, 8}}), 4, 1);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(e.values[i], 1, 1e-5);
  EXPECT_NEAR(e.values[3], -0.5, 1e-5);
}

TEST(NeighbourGraph, IsSymmetricWithWeightsUpToOne) {
  Random random(3);
  Matrix x(50, 4);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  const Graph g = neighbour_graph(x, 7);
  for (int64_t i = 0; i < 50; ++i) {
    EXPECT_GE(g.neighbours_of(i).size(), 7u);
    for (size_t e = 0; e < g.neighbours_of(i).size(); ++e) {
      const int32_t j = g.neighbours_of(i)[e];
      EXPECT_NE(j, i);
      EXPECT_GT(g.weights_of(i)[e], 0.0f);
      EXPECT_LE(g.weights_of(i)[e], 1.0f);
      const auto back = g.neighbours_of(j);
      const auto at = std::ranges::find(back, static_cast<int32_t>(i));
      ASSERT_NE(at, back.end());
      EXPECT_EQ(g.weights_of(j)[static_cast<size_t>(at - back.begin())], g.weights_of(i)[e]);
    }
  }
}

TEST(NeighbourGraph, OfIdenticalRowsHasFiniteWeights) {
  const Graph g = neighbour_graph(Matrix(20, 3, 0.5f), 5);
  for (const float w : g.weight) EXPECT_EQ(w, 1.0f);
}

}  // namespace
}  // namespace songscape
