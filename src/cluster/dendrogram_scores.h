// How well a tree of merges keeps families together, and the distances it was built from.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cluster/ward.h"
#include "core/matrix.h"

namespace songscape {

// Dendrogram purity (Heller and Ghahramani 2005, §5): over all pairs of leaves of one family, the mean share of that
// family among the leaves below their lowest common ancestor.  On (0, 1], 1 where every family is a branch of its own;
// exact.  Leaves with a negative family belong to none: they make no pairs and take no part in shares.  NaN where no
// two leaves share a family.
double dendrogram_purity(const WardTree& tree, std::span<const int32_t> families);

// The same over trees whose leaves carry the families in random order: what chance gives, and how often it does as
// well.
struct DendrogramPurity {
  double purity = 0;
  double null_mean = 0, null_sd = 0;  // over shuffles; sd over n − 1
  double p_value = 1;                 // (1 + shuffles at least as pure) / (1 + shuffles)
};
DendrogramPurity dendrogram_purity_beside_chance(const WardTree& tree, std::span<const int32_t> families,
                                                 int n_shuffles = 1000, uint64_t seed = 0);

// Height at which each pair of leaves is joined, in SciPy's order of pdist: (0, 1), (0, 2), … (n − 2, n − 1).
std::vector<double> cophenetic_distances(const WardTree& tree);

// Correlation of those with the Euclidean distances of the rows that the tree was built from (Sokal and Rohlf 1962).
// NaN for fewer than three rows and where all distances are equal.
double cophenetic_correlation(const WardTree& tree, MatrixView x);

}  // namespace songscape
