#include "stats/neighbour_graph.h"

#include <algorithm>
#include <cmath>

#include "stats/neighbours.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 512;
constexpr int kBisections = 64;
constexpr float kLeastWeight = 1e-6f;

double sum_of_weights(std::span<const float> distance, double nearest, double sigma) {
  double sum = 0;
  for (const float d : distance) sum += std::exp(-std::max(0.0, d - nearest) / sigma);
  return sum;
}

// σ at which the weights sum to log₂ k.
double smoothed_scale(std::span<const float> distance, double nearest) {
  const double wanted = std::log2(static_cast<double>(distance.size()));
  double low = 0, high = INFINITY, sigma = 1;
  for (int i = 0; i < kBisections; ++i) {
    if (sum_of_weights(distance, nearest, sigma) > wanted) {
      high = sigma;
      sigma = (low + high) / 2;
    } else {
      low = sigma;
      sigma = std::isinf(high) ? 2 * sigma : (low + high) / 2;
    }
  }
  double mean = 0;
  for (const float d : distance) mean += d / static_cast<double>(distance.size());
  return std::max({sigma, 1e-3 * mean, 1e-12});
}

struct Edge {
  int32_t to;
  float weight;
};

}  // namespace

std::vector<double> Graph::degrees() const {
  std::vector<double> degree(static_cast<size_t>(n_nodes()), 0);
  for (int64_t i = 0; i < n_nodes(); ++i)
    for (const float w : weights_of(i)) degree[static_cast<size_t>(i)] += w;
  return degree;
}

Graph neighbour_graph(MatrixView x, int64_t k) {
  check(x.n_rows >= 2 && k >= 1, "a graph has two nodes and a neighbour each");
  const Neighbours found = find_neighbours(x, k);
  Matrix weight(found.n_rows, found.k);
  for_each_block(found.n_rows, kBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < first + n; ++i) {
      const auto distance = MatrixView(found.distance).row(i);
      const double nearest = distance[0], sigma = smoothed_scale(distance, nearest);
      for (int64_t j = 0; j < found.k; ++j)
        weight(i, j) =
            std::max(kLeastWeight,
                     static_cast<float>(std::exp(-std::max(0.0, distance[static_cast<size_t>(j)] - nearest) / sigma)));
    }
  });
  // Every directed edge stands with both of its nodes; where both directions are there they meet as two of one target.
  std::vector<std::vector<Edge>> edges(static_cast<size_t>(found.n_rows));
  for (int64_t i = 0; i < found.n_rows; ++i)
    for (int64_t j = 0; j < found.k; ++j) {
      const int32_t other = found.of(i)[static_cast<size_t>(j)];
      edges[static_cast<size_t>(i)].push_back({other, weight(i, j)});
      edges[static_cast<size_t>(other)].push_back({static_cast<int32_t>(i), weight(i, j)});
    }
  Graph graph;
  graph.first.push_back(0);
  for (auto& own : edges) {
    std::ranges::sort(own, [](const Edge& a, const Edge& b) {
      return a.to != b.to ? a.to < b.to : a.weight < b.weight;  // a + b − ab in one order for both of its nodes
    });
    for (const Edge& e : own) {
      const bool is_second = !graph.neighbour.empty() &&
                             graph.first.back() < static_cast<int64_t>(graph.neighbour.size()) &&
                             graph.neighbour.back() == e.to;
      if (is_second) {
        graph.weight.back() += e.weight - graph.weight.back() * e.weight;
      } else {
        graph.neighbour.push_back(e.to);
        graph.weight.push_back(e.weight);
      }
    }
    graph.first.push_back(static_cast<int64_t>(graph.neighbour.size()));
  }
  return graph;
}

}  // namespace songscape
