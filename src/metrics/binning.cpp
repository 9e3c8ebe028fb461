#include "metrics/binning.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace songscape {
namespace {

template <class T>
std::vector<int32_t> bins_by_rank(std::span<const T> values, int n_bins) {
  check(n_bins >= 1, "there is at least one bin");
  std::vector<std::pair<T, int32_t>> sorted;
  for (size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) sorted.emplace_back(values[i], static_cast<int32_t>(i));
  std::sort(sorted.begin(), sorted.end());
  std::vector<int32_t> out(values.size(), -1);
  const size_t n = sorted.size();
  for (size_t first = 0; first < n;) {
    size_t end = first + 1;
    while (end < n && sorted[end].first == sorted[first].first) ++end;
    const size_t middle = (first + end - 1) / 2;
    for (; first < end; ++first)
      out[static_cast<size_t>(sorted[first].second)] = static_cast<int32_t>(middle * static_cast<size_t>(n_bins) / n);
  }
  return out;
}

}  // namespace

std::vector<int32_t> equal_mass_bins(std::span<const float> values, int n_bins) { return bins_by_rank(values, n_bins); }
std::vector<int32_t> equal_mass_bins(std::span<const double> values, int n_bins) {
  return bins_by_rank(values, n_bins);
}

std::vector<int32_t> binned_factor(const Factor& factor, int n_bins) {
  if (factor.kind == FactorKind::discrete) return factor_classes(factor);
  std::vector<double> values = factor.values;
  for (double& v : values)
    if (!std::isfinite(v)) v = std::nan("");
  return equal_mass_bins(values, n_bins);
}

}  // namespace songscape
