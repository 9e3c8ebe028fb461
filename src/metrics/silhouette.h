// Silhouette (Rousseeuw 1987): (b − a) / max(a, b) of each row, a its mean distance to the other rows of its cluster, b
// the least mean distance to another cluster; 0 for a cluster of one.  Euclidean.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

// One value a row, on [−1, 1]; empty unless there are 2 to n − 1 clusters.  The distances are made and used in blocks:
// a copy of x is all the memory it takes.
std::vector<double> silhouette_samples(MatrixView x, std::span<const int32_t> labels);

// Their mean; NaN unless there are 2 to n − 1 clusters.
double silhouette(MatrixView x, std::span<const int32_t> labels);

}  // namespace songscape
