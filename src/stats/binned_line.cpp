#include "stats/binned_line.h"

#include <algorithm>

#include "core/error.h"

namespace songscape {

int32_t BinnedLine::bin_of(float value) const {
  return static_cast<int32_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
}

std::vector<int32_t> BinnedLine::bins_of(std::span<const float> values) const {
  std::vector<int32_t> out;
  for (const float v : values) out.push_back(bin_of(v));
  return out;
}

BinnedLine bin_line(std::span<const float> values, int most_bins) {
  check(!values.empty() && most_bins >= 1, "a line has values and bins");
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  BinnedLine out;
  for (int b = 1; b < most_bins; ++b) {
    const size_t place = static_cast<size_t>(b) * sorted.size() / static_cast<size_t>(most_bins);
    if (place == 0) continue;
    // The first value at or after the quantile that differs from the one before it.
    const auto above = std::upper_bound(sorted.begin(), sorted.end(), sorted[place - 1]);
    if (above == sorted.end()) break;
    const float below = *(above - 1);
    float edge = below + (*above - below) / 2;
    if (edge <= below) edge = *above;
    if (out.edges.empty() || edge > out.edges.back()) out.edges.push_back(edge);
  }
  return out;
}

}  // namespace songscape
