// Purity (Manning, Raghavan and Schütze 2008, §16.3): the share of rows that belong to their cluster's commonest class.
// It rises with the number of clusters: 1 where every row is its own.
#pragma once

#include <cstdint>
#include <span>

namespace songscape {

// On (0, 1]; NaN where there are no rows.
double purity(std::span<const int32_t> truth, std::span<const int32_t> predicted);

}  // namespace songscape
