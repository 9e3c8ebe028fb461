// A classifier of one number by thresholds, for SAP.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// The class of each bin, changing at most n_classes − 1 times along the line, that gives the best balanced accuracy of
// these rows (exact, by dynamic programming).  bin and label of each row; every label is 0 … n_classes − 1.
std::vector<int32_t> fit_thresholds(std::span<const int32_t> bin, int32_t n_bins, std::span<const int32_t> label,
                                    int32_t n_classes);

}  // namespace songscape
