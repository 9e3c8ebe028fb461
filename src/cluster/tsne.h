// t-SNE (van der Maaten and Hinton 2008) with Barnes-Hut gradients (van der Maaten 2014), by qdtsne.
#pragma once

#include <cstdint>

#include "core/matrix.h"

namespace songscape {

struct TsneOptions {
  double perplexity = 30;  // lowered to (n − 1) / 3 for few rows
  int n_iterations = 750;
  double theta = .7;  // Barnes-Hut: 0 exact, larger faster and coarser
  uint64_t seed = 0;  // of the random start, where the data have no two principal components
};

// [n × 2].  Started from the first two principal components, scaled to a standard deviation of 1e-4 (Kobak and Berens
// 2019).  x: finite; fewer than 4 rows come back on a line.  Equal for any number of threads.
Matrix tsne(MatrixView x, const TsneOptions& options);

}  // namespace songscape
