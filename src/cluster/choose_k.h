// The number of clusters, chosen where the silhouette is highest.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cluster/clusterer.h"

namespace songscape {

struct KRange {
  int64_t least = 2;
  int64_t most = 0;  // 0: min(60, n / 4), at least 2
};

struct KChoice {
  int64_t k = 1;
  std::vector<std::pair<int64_t, double>> silhouette_of_k;  // what was tried, for cluster_selection.png
  Clustering clustering;                                    // the fit at k
};

// Ward builds its tree once.  Silhouettes are taken on at most 5,000 rows, drawn by `seed`; ties go to the smaller k.
// Where no k of the range has a silhouette (n < 3, all rows equal), k is 1.
KChoice choose_k(ClusterAlgorithm algorithm, MatrixView x, const KRange& range, uint64_t seed);

}  // namespace songscape
