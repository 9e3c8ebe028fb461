// Numbers cut into bins of about equal mass, by thresholds that other numbers can be held against.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

struct BinnedLine {
  std::vector<float> edges;  // rising; value v is in bin b = number of edges ≤ v
  int32_t n_bins() const { return static_cast<int32_t>(edges.size()) + 1; }
  int32_t bin_of(float value) const;
  std::vector<int32_t> bins_of(std::span<const float> values) const;
};
// Edges lie halfway between neighbouring values; equal values are never parted.  `values` is not empty.
BinnedLine bin_line(std::span<const float> values, int most_bins);

}  // namespace songscape
