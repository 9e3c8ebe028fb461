// UMAP (McInnes, Healy and Melville 2018).
#pragma once

#include <cstdint>

#include "core/matrix.h"

namespace songscape {

struct UmapOptions {
  int64_t n_neighbours = 15;  // lowered to n − 1
  double min_dist = .1;
  int n_epochs = 0;  // 0: 500, above 10,000 rows 400
  uint64_t seed = 0;
};

// [n × 2].  x: finite; fewer than 4 rows come back on a line.  Equal for any number of threads.
Matrix umap(MatrixView x, const UmapOptions& options);

}  // namespace songscape
