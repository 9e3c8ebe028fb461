// The weighted graph of nearest neighbours that UMAP works on.  McInnes, Healy & Melville 2018, "UMAP: uniform manifold
// approximation and projection", section 3.1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "stats/neighbours.h"

namespace songscape {

// Symmetric, without loops; row by row (CSR), neighbours ascending.
struct Graph {
  std::vector<int64_t> first;      // [n + 1]
  std::vector<int32_t> neighbour;  // [first.back()]
  std::vector<float> weight;       // beside it, above 0

  int64_t n_nodes() const { return static_cast<int64_t>(first.size()) - 1; }
  std::span<const int32_t> neighbours_of(int64_t i) const {
    return {neighbour.data() + first[static_cast<size_t>(i)], neighbour.data() + first[static_cast<size_t>(i) + 1]};
  }
  std::span<const float> weights_of(int64_t i) const {
    return {weight.data() + first[static_cast<size_t>(i)], weight.data() + first[static_cast<size_t>(i) + 1]};
  }
  // Σ of each node's weights.
  std::vector<double> degrees() const;
};

// The graph of rows and their neighbours, weight(i, j) from row i to its j-th; the directions a, b of an edge become
// join(a, b), 0 where there is none.  join is symmetric.
Graph join_directions(const Neighbours& found, const Matrix& weight, float (*join)(float a, float b));

// Each row's k nearest others (find_near_neighbours) get exp(−(d − ρ)/σ), ρ the distance to the nearest, σ such that a row's weights sum
// to log₂ k; the two directions a, b of an edge join as a + b − ab.  x: at least two rows, finite; k is lowered to n
// − 1.
Graph neighbour_graph(MatrixView x, int64_t k);

}  // namespace songscape
