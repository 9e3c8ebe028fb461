// The six figures of every clustering table, together.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "core/matrix.h"

namespace songscape {

// NaN: undefined, as each score's header says.
struct ClusteringScores {
  double silhouette = std::numeric_limits<double>::quiet_NaN();
  double calinski_harabasz = std::numeric_limits<double>::quiet_NaN();
  double davies_bouldin = std::numeric_limits<double>::quiet_NaN();
  double ari = std::numeric_limits<double>::quiet_NaN();
  double nmi = std::numeric_limits<double>::quiet_NaN();
  double purity = std::numeric_limits<double>::quiet_NaN();
};

// `truth` may be empty: then ari, nmi and purity stay NaN.  Negative truth labels mean "unknown": those rows are left
// out of the three, not of the others.
ClusteringScores score_clustering(MatrixView x, std::span<const int32_t> predicted,
                                  std::span<const int32_t> truth = {});

}  // namespace songscape
