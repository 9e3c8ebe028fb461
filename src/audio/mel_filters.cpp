#include "audio/mel_filters.h"

#include <algorithm>

namespace songscape {
namespace {

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

MelFilters::MelFilters() {
  const std::vector<double> corner = mel_corners(kNumMels, kSampleRate / 2.0);
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
