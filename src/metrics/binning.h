// Values in bins of equal mass.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/factor.h"

namespace songscape {

// The bin 0 … n_bins − 1 of each value, by rank: floor(n_bins · rank / n).  Equal values share a bin, that of their
// middle rank, so bins may be uneven or empty and a constant column fills one.  NaN: −1.
std::vector<int32_t> equal_mass_bins(std::span<const float> values, int n_bins);
std::vector<int32_t> equal_mass_bins(std::span<const double> values, int n_bins);

// A discrete factor's classes, a continuous one's bins; −1 where unknown.
std::vector<int32_t> binned_factor(const Factor& factor, int n_bins);

}  // namespace songscape
