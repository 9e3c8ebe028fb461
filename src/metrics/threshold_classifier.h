// A classifier of one number by thresholds, for SAP.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// Values cut into bins of about equal mass on some rows, so that many labellings can be fitted on the same cut.
struct BinnedLine {
  std::vector<float> edges;  // rising; value v is in bin b = number of edges ≤ v
  int32_t n_bins() const { return static_cast<int32_t>(edges.size()) + 1; }
  std::vector<int32_t> bins_of(std::span<const float> values) const;
};
// Edges lie halfway between neighbouring values; equal values are never parted.  `values` is not empty.
BinnedLine bin_line(std::span<const float> values, int most_bins);

// The class of each bin, changing at most n_classes − 1 times along the line, that gives the best balanced accuracy of
// these rows (exact, by dynamic programming).  bin and label of each row; every label is 0 … n_classes − 1.
std::vector<int32_t> fit_thresholds(std::span<const int32_t> bin, int32_t n_bins, std::span<const int32_t> label,
                                    int32_t n_classes);

}  // namespace songscape
