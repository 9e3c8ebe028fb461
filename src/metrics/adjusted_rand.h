// Adjusted Rand index (Hubert and Arabie 1985, eq. 5): agreement on pairs, 0 in expectation for random labels, 1 for
// equal partitions; may be negative.
#pragma once

#include <cstdint>
#include <span>

namespace songscape {

// 1 where both have one cluster, or each row its own, or there are no rows (as scikit-learn has it).
double adjusted_rand_index(std::span<const int32_t> truth, std::span<const int32_t> predicted);

}  // namespace songscape
