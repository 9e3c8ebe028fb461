// A partition along the thin places of a neighbour graph: spectral starts, improved by the neighbours' votes, judged by
// their normalised cut.  Shi & Malik 2000, "Normalized cuts and image segmentation"; rows of eigenvectors as Ng, Jordan
// & Weiss 2002, "On spectral clustering".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "stats/neighbour_graph.h"

namespace songscape {

struct GraphPartitionOptions {
  int64_t k = 10;
  int64_t n_neighbours = 15;
  // Starts: the first m eigenvectors, rows brought to length 1, k-means; m from k − 1 to k + n_more (10 clusters and 25
  // eigenvectors: 9 … 25).
  int64_t n_more = 15;
  int n_vote_rounds = 30;
  uint64_t seed = 0;
};

struct GraphPartition {
  std::vector<int32_t> labels;       // 0 … k − 1
  double normalised_cut = 0;         // of `labels`
  int64_t n_eigenvectors = 0;        // of the start that was kept
  std::vector<double> cut_of_start;  // after the votes, of every start
};

// x: finite; k is lowered to the number of rows.  The same for any number of threads.
GraphPartition fit_graph_partition(MatrixView x, const GraphPartitionOptions& options);

// Σ_c cut(c, rest) / volume(c), 0 … number of clusters; a cluster of no volume counts 1.
double normalised_cut(const Graph& graph, std::span<const int32_t> labels, int64_t k);

// Rounds in which every node at once takes the label for which (weights to nodes of that label) / (its volume) is
// largest (its own where equal, then the lower), until none changes or the cut no longer falls; the best round is kept.
std::vector<int32_t> neighbour_votes(const Graph& graph, std::vector<int32_t> labels, int64_t k, int n_rounds);

}  // namespace songscape
