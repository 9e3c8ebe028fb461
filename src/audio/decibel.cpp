#include "audio/decibel.h"

#include <algorithm>

#include "audio/lanes.h"

namespace songscape {
namespace {

constexpr float kDecibelOfLog = 4.34294481903f;  // 10 / ln 10

struct Decibel {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, float* power, size_t n) {
    for (size_t i = static_cast<size_t>(lane); i < n; i += kLanes)
      store<V>(kDecibelOfLog * vector_log<V>(vector_max<V>(load<V>(power + i), V{} + kLeastPower)), power + i);
  }
};

struct SumAbove {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const float* values, size_t n, float least, Lanes* sums) {
    V sum{};
    for (size_t i = static_cast<size_t>(lane); i < n; i += kLanes)
      sum += vector_max<V>(load<V>(values + i), V{} + least);
    store<V>(sum, sums->values + lane);
  }
};

struct Greatest {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const float* values, size_t n, Lanes* greatest) {
    V most = load<V>(greatest->values + lane);
    for (size_t i = static_cast<size_t>(lane); i < n; i += kLanes) most = vector_max<V>(load<V>(values + i), most);
    store<V>(most, greatest->values + lane);
  }
};

size_t whole_lanes(size_t n) { return n / kLanes * kLanes; }

}  // namespace

void to_decibel(std::span<float> power) {
  const size_t n_whole = whole_lanes(power.size()), n_rest = power.size() - n_whole;
  run_kernel<Decibel>(power.data(), n_whole);
  Lanes rest{};
  std::copy_n(power.data() + n_whole, n_rest, rest.values);
  run_kernel<Decibel>(rest.values, size_t{kLanes});
  std::copy_n(rest.values, n_rest, power.data() + n_whole);
}

double mean_above(std::span<const float> values, float least) {
  Lanes sums;
  run_kernel<SumAbove>(values.data(), whole_lanes(values.size()), least, &sums);
  double sum = 0;
  for (const float part : sums.values) sum += part;
  for (const float value : values.subspan(whole_lanes(values.size()))) sum += std::max(value, least);
  return sum / static_cast<double>(values.size());
}

float greatest(std::span<const float> values) {
  Lanes most;
  std::fill_n(most.values, kLanes, values.back());
  run_kernel<Greatest>(values.data(), whole_lanes(values.size()), &most);
  const auto rest = values.subspan(whole_lanes(values.size()));
  const float of_rest = rest.empty() ? values.back() : *std::max_element(rest.begin(), rest.end());
  return std::max(of_rest, *std::max_element(most.values, most.values + kLanes));
}

void to_unit_range(std::span<float> values, float zero, float range) {
  const float scale = 1 / range;
  for (float& value : values) {
    const float share = (value - zero) * scale;
    const float positive = share > 0.0f ? share : 0.0f;
    value = positive < 1.0f ? positive : 1.0f;
  }
}

}  // namespace songscape
