#include "audio/decibel.h"

#include <algorithm>

#include "audio/lanes.h"

namespace songscape {
namespace {

constexpr float kDecibelOfLog = 4.34294481903f;  // 10 / ln 10

SONGSCAPE_INLINE Lanes decibel(Lanes power) {
  return kDecibelOfLog * lane_log(lane_max(power, same_lanes(kLeastPower)));
}

SONGSCAPE_CPU_CLONES void to_decibel_in_lanes(float* power, size_t n) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store_lanes(decibel(load_lanes(power + i)), power + i);
  if (i == n) return;
  float rest[kLanes] = {};
  std::copy(power + i, power + n, rest);
  store_lanes(decibel(load_lanes(rest)), rest);
  std::copy(rest, rest + (n - i), power + i);
}

SONGSCAPE_CPU_CLONES double sum_above(const float* values, size_t n, float least) {
  Lanes sums{};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) sums += lane_max(load_lanes(values + i), same_lanes(least));
  double sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  for (; i < n; ++i) sum += std::max(values[i], least);
  return sum;
}

}  // namespace

void to_decibel(std::span<float> power) { to_decibel_in_lanes(power.data(), power.size()); }

double mean_above(std::span<const float> values, float least) {
  return sum_above(values.data(), values.size(), least) / static_cast<double>(values.size());
}

}  // namespace songscape
