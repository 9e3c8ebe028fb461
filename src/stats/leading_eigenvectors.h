// The eigenvectors of a graph's normalised adjacency that belong to its largest eigenvalues: what spectral clustering
// works on.  By Chebyshev-filtered subspace iteration (Zhou & Saad 2007, "A Chebyshev-Davidson algorithm for large
// symmetric eigenproblems", section 3): all eigenvalues lie in [−1, 1] and the wanted ones crowd at 1, where plain
// iteration hardly moves; equal eigenvalues (parts of the graph without an edge between) come out all.
#pragma once

#include <cstdint>

#include "core/matrix.h"
#include "stats/neighbour_graph.h"

namespace songscape {

struct Eigenvectors {
  std::vector<double> values;  // [k], falling
  Matrix vectors;              // [n × k], orthonormal columns, each one's largest entry positive
  double residual = 0;         // the largest ‖A v − λ v‖
};

// Of D^−½ W D^−½.  k is lowered to the number of nodes.  Stops when the residual is below `tolerance` or after 40
// rounds.
Eigenvectors leading_eigenvectors(const Graph& graph, int64_t k, uint64_t seed, double tolerance = 1e-4);

}  // namespace songscape
