// k-means: k-means++ seeding with greedy trials (Arthur and Vassilvitskii 2007), then Lloyd's iterations (1982).
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct KMeansOptions {
  int64_t k = 8;
  int n_init = 10;  // restarts; the one of least inertia at its last iteration is kept
  int max_iterations = 300;
  double tolerance = 1e-4;  // stop when the centres' squared movement is below this share of the columns' mean variance
  uint64_t seed = 0;
};

struct KMeans {
  Matrix centres;               // [k × d]
  std::vector<int32_t> labels;  // nearest centre of each row
  double inertia = 0;           // sum of squared distances to it
  int n_iterations = 0;
  std::vector<double> inertia_path;  // before each iteration's update; never rises
};

// x: at least one row, finite.  k is lowered to the number of distinct rows.  An empty cluster takes the row that lies
// farthest from its centre.  Equal for any number of threads.
KMeans fit_kmeans(MatrixView x, const KMeansOptions& options);

// The nearest centre of each row (the lower index where two are as near).
std::vector<int32_t> nearest_centre(MatrixView x, MatrixView centres);

}  // namespace songscape
