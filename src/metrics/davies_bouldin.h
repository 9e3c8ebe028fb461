// Davies-Bouldin index (1979): mean over clusters of the worst (s_i + s_j) / d_ij, s the mean distance to the centre.
#pragma once

#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace songscape {

// ≥ 0, lower is better; 0 where no cluster scatters or all centres agree; NaN unless there are 2 to n − 1 clusters.
double davies_bouldin(MatrixView x, std::span<const int32_t> labels);

}  // namespace songscape
