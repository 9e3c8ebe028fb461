#include "audio/mel_filters.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace songscape {
namespace {

// Linear below 1000 Hz (15 mel), logarithmic above: 27 mel a factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3;
constexpr double kKneeHz = 1000.0;
constexpr double kKneeMel = kKneeHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27;

struct Weigh {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const MelFilters::Band* bands, const float* weights, const Lanes* power,
                                   Lanes* mel) {
    for (int b = 0; b < kNumMels; ++b) {
      const Lanes* from = power + bands[b].first_bin;
      V sum{};
      for (int k = 0; k < bands[b].n_bins; ++k) sum += *weights++ * load<V>(from[k].values + lane);
      store<V>(sum, mel[b].values + lane);
    }
  }
};

struct Spread {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const MelFilters::Band* bands, const float* shares, const Lanes* of_band,
                                   Lanes* of_bin) {
    for (int k = 0; k < kNumBins; ++k) store<V>(V{}, of_bin[k].values + lane);
    for (int b = 0; b < kNumMels; ++b) {
      const V value = load<V>(of_band[b].values + lane);
      for (int k = bands[b].first_bin; k < bands[b].first_bin + bands[b].n_bins; ++k)
        store<V>(load<V>(of_bin[k].values + lane) + *shares++ * value, of_bin[k].values + lane);
    }
  }
};

// Each weight over the sum of its bin's weights.
std::vector<float> shares_of(const std::vector<MelFilters::Band>& bands, const std::vector<float>& weights) {
  std::vector<float> sums(kNumBins), shares;
  auto weight = weights.begin();
  for (const auto& band : bands)
    for (int i = 0; i < band.n_bins; ++i) sums[static_cast<size_t>(band.first_bin + i)] += *weight++;
  weight = weights.begin();
  for (const auto& band : bands)
    for (int i = 0; i < band.n_bins; ++i) shares.push_back(*weight++ / sums[static_cast<size_t>(band.first_bin + i)]);
  return shares;
}

}  // namespace

double hz_to_mel(double hz) { return hz < kKneeHz ? hz / kHzPerMel : kKneeMel + std::log(hz / kKneeHz) / kLogStep; }

double mel_to_hz(double mel) {
  return mel < kKneeMel ? mel * kHzPerMel : kKneeHz * std::exp(kLogStep * (mel - kKneeMel));
}

MelFilters::MelFilters() {
  std::array<double, kNumMels + 2> corner;
  const double step = hz_to_mel(kSampleRate / 2.0) / (kNumMels + 1);
  for (size_t i = 0; i < corner.size(); ++i) corner[i] = mel_to_hz(step * static_cast<double>(i));
  for (size_t b = 0; b < kNumMels; ++b) {
    const double low = corner[b], centre = corner[b + 1], high = corner[b + 2];
    Band band{.first_bin = 0, .n_bins = 0};
    for (int k = 0; k < kNumBins; ++k) {
      const double weight = std::min((bin_hz(k) - low) / (centre - low), (high - bin_hz(k)) / (high - centre));
      if (weight <= 0) continue;
      if (band.n_bins++ == 0) band.first_bin = k;
      weights_.push_back(static_cast<float>(weight * 2 / (high - low)));
    }
    bands_.push_back(band);
  }
  shares_ = shares_of(bands_, weights_);
}

void MelFilters::spread(const Lanes* of_band, Lanes* of_bin) const {
  run_kernel<Spread>(bands_.data(), shares_.data(), of_band, of_bin);
}

void MelFilters::apply(const Lanes* power, Lanes* mel) const {
  run_kernel<Weigh>(bands_.data(), weights_.data(), power, mel);
}

}  // namespace songscape
