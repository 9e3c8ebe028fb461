#include "audio/tuning.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace songscape {
namespace {

constexpr int kFirstBin = static_cast<int>(150 / bin_hz(1)) + 1;
constexpr int kLastBin = static_cast<int>(4000 / bin_hz(1));
constexpr int kNumSteps = 100;  // of 0.01 semitones

// The bitwise or of all elements, by halves.
template <class V>
SONGSCAPE_INLINE int any_bits(IntsOf<V> x) {
  IntsOf<V> place;
  for (int i = 0; i < width<V>; ++i) place[i] = i;
  for (int step = width<V> / 2; step > 0; step /= 2) x |= __builtin_shuffle(x, place ^ step);
  return x[0];
}

// A bit for each lane whose bin k is a peak, at bits[k − kFirstBin].
struct FindPeaks {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const Lanes* power, int* bits) {
    V greatest{};
    for (int k = 0; k < kNumBins; ++k) greatest = vector_max<V>(greatest, load<V>(power[k].values + lane));
    const V threshold = 0.1f * greatest;
    IntsOf<V> lane_bit;
    for (int i = 0; i < width<V>; ++i) lane_bit[i] = 1 << (lane + i);
    V below = load<V>(power[kFirstBin - 1].values + lane), here = load<V>(power[kFirstBin].values + lane);
    for (int k = kFirstBin; k <= kLastBin; ++k) {
      const V above = load<V>(power[k + 1].values + lane);
      const IntsOf<V> is_peak = is_less<V>(threshold, here) & is_less<V>(below, here) & ~is_less<V>(here, above);
      bits[k - kFirstBin] = (lane == 0 ? 0 : bits[k - kFirstBin]) | any_bits<V>(is_peak & lane_bit);
      below = here, here = above;
    }
  }
};

float median_power(std::vector<float> powers) {
  const auto middle = powers.begin() + static_cast<int64_t>(powers.size() / 2);
  std::nth_element(powers.begin(), middle, powers.end());
  if (powers.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(powers.begin(), middle)) / 2;
}

// The step of the histogram that holds the peak's deviation from its semitone.
int histogram_step(float hz) {
  float deviation = 12 * std::log2(hz / 27.5f);
  deviation -= std::floor(deviation);
  if (deviation >= 0.5f) deviation -= 1;
  return std::clamp(static_cast<int>(std::floor((deviation + 0.5) * kNumSteps)), 0, kNumSteps - 1);
}

}  // namespace

void TuningEstimator::add(const Lanes* power, int n_frames) {
  std::array<int, kLastBin - kFirstBin + 1> bits;
  run_kernel<FindPeaks>(power, bits.data());
  for (int k = kFirstBin; k <= kLastBin; ++k) {
    for (int mask = bits[k - kFirstBin] & ((1 << n_frames) - 1); mask != 0; mask &= mask - 1) {
      const int lane = __builtin_ctz(static_cast<unsigned>(mask));
      const float below = power[k - 1][lane], here = power[k][lane], above = power[k + 1][lane];
      const float curve = above + below - 2 * here, slope = (above - below) / 2;
      const float shift = std::abs(slope) >= std::abs(curve) ? 0.0f : -slope / curve;
      peaks_.push_back({static_cast<float>(bin_hz(k + static_cast<double>(shift))), here + 0.5f * slope * shift});
    }
  }
}

double TuningEstimator::estimate() const {
  if (peaks_.empty()) return 0;
  std::vector<float> powers;
  for (const Peak& peak : peaks_) powers.push_back(peak.power);
  const float median = median_power(std::move(powers));
  std::array<int, kNumSteps> counts{};
  for (const Peak& peak : peaks_)
    if (peak.power >= median) ++counts[histogram_step(peak.hz)];
  const auto commonest = std::max_element(counts.begin(), counts.end()) - counts.begin();
  return static_cast<double>(commonest) / kNumSteps - 0.5;
}

}  // namespace songscape
