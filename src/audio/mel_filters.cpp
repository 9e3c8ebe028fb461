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

SONGSCAPE_CPU_CLONES void weigh(const float* weights, const Lanes* power, int n_bins, Lanes* out) {
  Lanes sum{};
  for (int k = 0; k < n_bins; ++k) sum += weights[k] * power[k];
  *out = sum;
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
    Band band{.first_bin = 0, .n_bins = 0, .offset = static_cast<int>(weights_.size())};
    for (int k = 0; k < kNumBins; ++k) {
      const double weight = std::min((bin_hz(k) - low) / (centre - low), (high - bin_hz(k)) / (high - centre));
      if (weight <= 0) continue;
      if (band.n_bins++ == 0) band.first_bin = k;
      weights_.push_back(static_cast<float>(weight * 2 / (high - low)));
    }
    bands_.push_back(band);
  }
}

void MelFilters::apply(const Lanes* power, Lanes* mel) const {
  for (const Band& band : bands_) weigh(weights_.data() + band.offset, power + band.first_bin, band.n_bins, mel++);
}

}  // namespace songscape
