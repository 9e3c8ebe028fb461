#include "stats/neighbour_graph.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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
  bool operator<(const Edge& other) const { return to < other.to; }
};

// The directed edges that end at each node, by rising origin.
struct Incoming {
  std::vector<int64_t> first;
  std::vector<Edge> edges;
};
Incoming turn_around(const Neighbours& found, const Matrix& weight) {
  Incoming out;
  out.first.assign(static_cast<size_t>(found.n_rows) + 1, 0);
  for (const int32_t to : found.index) ++out.first[static_cast<size_t>(to) + 1];
  std::partial_sum(out.first.begin(), out.first.end(), out.first.begin());
  std::vector<int64_t> next(out.first.begin(), out.first.end() - 1);
  out.edges.resize(found.index.size());
  for (int64_t i = 0; i < found.n_rows; ++i)
    for (int64_t j = 0; j < found.k; ++j)
      out.edges[static_cast<size_t>(next[static_cast<size_t>(found.of(i)[static_cast<size_t>(j)])]++)] = {
          static_cast<int32_t>(i), weight(i, j)};
  return out;
}

std::vector<Edge> merge(std::span<const Edge> outgoing, std::span<const Edge> incoming, float (*join)(float, float)) {
  std::vector<Edge> out;
  auto a = outgoing.begin(), b = incoming.begin();
  while (a != outgoing.end() || b != incoming.end()) {
    const bool has_a = a != outgoing.end() && (b == incoming.end() || a->to <= b->to);
    const bool has_b = b != incoming.end() && (a == outgoing.end() || b->to <= a->to);
    out.push_back({has_a ? a->to : b->to, join(has_a ? a->weight : 0, has_b ? b->weight : 0)});
    a += has_a;
    b += has_b;
  }
  return out;
}

}  // namespace

std::vector<double> Graph::degrees() const {
  std::vector<double> degree(static_cast<size_t>(n_nodes()), 0);
  for (int64_t i = 0; i < n_nodes(); ++i)
    for (const float w : weights_of(i)) degree[static_cast<size_t>(i)] += w;
  return degree;
}

Graph join_directions(const Neighbours& found, const Matrix& weight, float (*join)(float, float)) {
  const Incoming incoming = turn_around(found, weight);
  std::vector<std::vector<Edge>> rows(static_cast<size_t>(found.n_rows));
  for_each_block(found.n_rows, kBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < first + n; ++i) {
      std::vector<Edge> outgoing;
      for (int64_t j = 0; j < found.k; ++j) outgoing.push_back({found.of(i)[static_cast<size_t>(j)], weight(i, j)});
      std::sort(outgoing.begin(), outgoing.end());
      const auto start = incoming.edges.begin();
      rows[static_cast<size_t>(i)] = merge(
          outgoing,
          std::span(start + incoming.first[static_cast<size_t>(i)], start + incoming.first[static_cast<size_t>(i) + 1]),
          join);
    }
  });
  Graph graph;
  graph.first.push_back(0);
  for (const auto& row : rows) graph.first.push_back(graph.first.back() + static_cast<int64_t>(row.size()));
  graph.neighbour.reserve(static_cast<size_t>(graph.first.back()));
  graph.weight.reserve(static_cast<size_t>(graph.first.back()));
  for (auto& row : rows) {
    for (const Edge& e : row) {
      graph.neighbour.push_back(e.to);
      graph.weight.push_back(e.weight);
    }
    row = {};
  }
  return graph;
}

Graph neighbour_graph(MatrixView x, int64_t k) {
  check(x.n_rows >= 2 && k >= 1, "a graph has two nodes and a neighbour each");
  const Neighbours found = find_near_neighbours(x, k);
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
  return join_directions(found, weight, [](float a, float b) { return a + b - a * b; });
}

}  // namespace songscape
