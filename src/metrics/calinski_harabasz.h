// Calinski-Harabasz index (1974): scatter between the clusters over scatter within, each by its degrees of freedom.
#pragma once

#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace songscape {

// ≥ 0, higher is better; 1 where no cluster scatters at all (as scikit-learn has it); NaN unless there are 2 to n − 1
// clusters.
double calinski_harabasz(MatrixView x, std::span<const int32_t> labels);

}  // namespace songscape
