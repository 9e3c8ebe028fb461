// The value of some share of a sample, without interpolation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace songscape {

// 0 ≤ share ≤ 1; values: at least one.  At .5 the median, of an even number the upper of the two in the middle.
inline double quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1) + .5);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace songscape
