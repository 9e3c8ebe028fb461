// Normalised mutual information, arithmetic mean of the entropies (Vinh, Epps and Bailey 2010, table 2, NMI_sum):
// 2 I(U, V) / (H(U) + H(V)), natural logarithms.
#pragma once

#include <cstdint>
#include <span>

namespace songscape {

// On [0, 1].  1 where both have one cluster or there are no rows; 0 where only one of them has a single cluster.
double normalised_mutual_information(std::span<const int32_t> truth, std::span<const int32_t> predicted);

}  // namespace songscape
