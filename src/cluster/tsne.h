// t-SNE (van der Maaten and Hinton 2008), the repulsion interpolated from a grid (Linderman et al. 2019) for more than
// a few rows.
#pragma once

#include <cstdint>

#include "core/matrix.h"

namespace songscape {

struct TsneOptions {
  double perplexity = 30;  // lowered to (n − 1) / 3 for few rows
  int n_iterations = 1000;
  uint64_t seed = 0;  // of the random start, where the data have no two principal components
};

// [n × 2].  Started from the first two principal components, scaled to a standard deviation of 1e-4 (Kobak and Berens
// 2019).  x: finite; fewer than 4 rows come back on a line.  Equal for any number of threads.
Matrix tsne(MatrixView x, const TsneOptions& options);

}  // namespace songscape
