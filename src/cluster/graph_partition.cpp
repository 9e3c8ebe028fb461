#include "cluster/graph_partition.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cluster/kmeans.h"
#include "core/parallel.h"
#include "stats/leading_eigenvectors.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 1024;
constexpr int kStartsOfKMeans = 3;

std::vector<double> volumes(const Graph& graph, std::span<const int32_t> labels, int64_t k) {
  const std::vector<double> degree = graph.degrees();
  std::vector<double> volume(static_cast<size_t>(k), 0);
  for (size_t i = 0; i < labels.size(); ++i) volume[static_cast<size_t>(labels[i])] += degree[i];
  return volume;
}

Matrix unit_rows(MatrixView vectors, int64_t m) {
  Matrix out(vectors.n_rows, m);
  for (int64_t i = 0; i < vectors.n_rows; ++i) {
    double squared = 0;
    for (int64_t j = 0; j < m; ++j) squared += double{vectors(i, j)} * vectors(i, j);
    const double scale = squared > 0 ? 1 / std::sqrt(squared) : 0;
    for (int64_t j = 0; j < m; ++j) out(i, j) = static_cast<float>(vectors(i, j) * scale);
  }
  return out;
}

int32_t winner(const Graph& graph, int64_t node, std::span<const int32_t> labels, std::span<const double> volume) {
  std::vector<double> votes(volume.size(), 0);
  const auto neighbours = graph.neighbours_of(node);
  const auto weights = graph.weights_of(node);
  for (size_t e = 0; e < neighbours.size(); ++e)
    votes[static_cast<size_t>(labels[static_cast<size_t>(neighbours[e])])] += weights[e];
  int32_t best = labels[static_cast<size_t>(node)];
  double most = votes[static_cast<size_t>(best)] / volume[static_cast<size_t>(best)];
  for (size_t c = 0; c < votes.size(); ++c)
    if (votes[c] > 0 && votes[c] / volume[c] > most) {
      most = votes[c] / volume[c];
      best = static_cast<int32_t>(c);
    }
  return best;
}

std::vector<int32_t> vote(const Graph& graph, const std::vector<int32_t>& labels, int64_t k) {
  const std::vector<double> volume = volumes(graph, labels, k);
  std::vector<int32_t> next(labels.size());
  for_each_block(graph.n_nodes(), kBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < first + n; ++i) next[static_cast<size_t>(i)] = winner(graph, i, labels, volume);
  });
  return next;
}

}  // namespace

double normalised_cut(const Graph& graph, std::span<const int32_t> labels, int64_t k) {
  check(static_cast<int64_t>(labels.size()) == graph.n_nodes(), "every node has a label");
  std::vector<double> cut(static_cast<size_t>(k), 0);
  for (int64_t i = 0; i < graph.n_nodes(); ++i) {
    const auto neighbours = graph.neighbours_of(i);
    const auto weights = graph.weights_of(i);
    for (size_t e = 0; e < neighbours.size(); ++e)
      if (labels[static_cast<size_t>(neighbours[e])] != labels[static_cast<size_t>(i)])
        cut[static_cast<size_t>(labels[static_cast<size_t>(i)])] += weights[e];
  }
  const std::vector<double> volume = volumes(graph, labels, k);
  double sum = 0;
  for (size_t c = 0; c < cut.size(); ++c) sum += volume[c] > 0 ? cut[c] / volume[c] : 1;
  return sum;
}

std::vector<int32_t> neighbour_votes(const Graph& graph, std::vector<int32_t> labels, int64_t k, int n_rounds) {
  std::vector<int32_t> best = labels;
  double least = normalised_cut(graph, labels, k);
  for (int round = 0; round < n_rounds; ++round) {
    std::vector<int32_t> next = vote(graph, labels, k);
    if (next == labels) break;
    labels = std::move(next);
    const double cut = normalised_cut(graph, labels, k);
    if (cut >= least) break;
    least = cut;
    best = labels;
  }
  return best;
}

GraphPartition fit_graph_partition(MatrixView x, const GraphPartitionOptions& options) {
  check(x.n_rows >= 1 && options.k >= 1, "there are rows and clusters");
  const int64_t k = std::min(options.k, x.n_rows);
  GraphPartition best;
  best.labels.assign(static_cast<size_t>(x.n_rows), 0);
  if (k == 1) return best;
  const Graph graph = neighbour_graph(x, options.n_neighbours);
  const int64_t most = std::min(x.n_rows, k + options.n_more);
  const Eigenvectors leading = leading_eigenvectors(graph, most, options.seed);
  best.normalised_cut = std::numeric_limits<double>::infinity();
  for (int64_t m = std::max<int64_t>(1, k - 1); m <= most; ++m) {
    const KMeans start = fit_kmeans(unit_rows(leading.vectors, m),
                                    {.k = k, .n_init = kStartsOfKMeans, .max_iterations = 100, .seed = options.seed});
    const std::vector<int32_t> labels = neighbour_votes(graph, start.labels, k, options.n_vote_rounds);
    const double cut = normalised_cut(graph, labels, k);
    best.cut_of_start.push_back(cut);
    if (cut >= best.normalised_cut) continue;
    best.normalised_cut = cut;
    best.n_eigenvectors = m;
    best.labels = labels;
  }
  return best;
}

}  // namespace songscape
