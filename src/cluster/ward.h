// Ward's hierarchical clustering (1963) by merging reciprocal nearest neighbours (Murtagh 1983): exact, O(n²) time,
// 12 bytes a value of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct WardMerge {
  int64_t left, right;  // < n: a row; n + i: the cluster of merge i.  left < right
  double height;  // √(2 |A||B| / (|A| + |B|)) · ‖mean A − mean B‖, as SciPy and scikit-learn have it; never falls
  int64_t size;
};

struct WardTree {
  int64_t n_rows = 0;
  std::vector<WardMerge> merges;  // n − 1, by rising height
};

// x: 1 to 262,144 rows, finite; Error `usage` above that.  Equal for any number of threads.
WardTree build_ward_tree(MatrixView x);

// Labels 0 … k − 1, numbered by first appearance; 1 ≤ k ≤ n.
std::vector<int32_t> cut_ward_tree(const WardTree& tree, int64_t k);

}  // namespace songscape
