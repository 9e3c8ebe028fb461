#include "audio/inverse_mel.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace songscape {
namespace {

constexpr int kNumUpdates = 24;
constexpr float kRangeDb = 80;
constexpr float kTiny = 1e-24f;  // keeps a quotient finite, and numbers out of the slow denormal range

// present := wanted / present
struct Quotient {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const Lanes* wanted, Lanes* present) {
    for (int b = 0; b < kNumMels; ++b)
      store<V>(load<V>(wanted[b].values + lane) / (load<V>(present[b].values + lane) + kTiny),
               present[b].values + lane);
  }
};

struct Multiply {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const Lanes* factor, Lanes* values) {
    for (int k = 0; k < kNumBins; ++k) {
      const V product = load<V>(values[k].values + lane) * load<V>(factor[k].values + lane);
      store<V>(vector_max<V>(product, V{} + kTiny), values[k].values + lane);
    }
  }
};

}  // namespace

std::vector<Lanes> mel_powers(std::span<const float> mel, int n_valid_frames, float reference_db) {
  check(mel.size() == size_t{kNumMels} * kNumFrames, "a mel has 128 bands of 1293 frames");
  check(n_valid_frames >= 1 && n_valid_frames <= kNumFrames, "a mel has 1 to 1293 valid frames");
  std::vector<Lanes> powers(static_cast<size_t>(n_blocks_of(n_valid_frames)) * kNumMels);
  const float scale = kRangeDb * std::log(10.0f) / 10, zero = (reference_db - kRangeDb) * std::log(10.0f) / 10;
  for (int frame = 0; frame < n_valid_frames; ++frame)
    for (int band = 0; band < kNumMels; ++band) {
      const float value = std::min(1.0f, mel[static_cast<size_t>(band * kNumFrames + frame)]);
      const float power = value > 0 ? std::exp(zero + scale * value) : 0;
      powers[static_cast<size_t>(frame / kLanes * kNumMels + band)][frame % kLanes] = power;
    }
  return powers;
}

void fit_to_mel(const MelFilters& filters, const Lanes* mel_power, Lanes* power) {
  Lanes bands[kNumMels], factor[kNumBins];
  filters.apply(power, bands);
  run_kernel<Quotient>(mel_power, static_cast<Lanes*>(bands));
  filters.spread(bands, factor);
  run_kernel<Multiply>(static_cast<const Lanes*>(factor), power);
}

void spectrum_of_mel(const MelFilters& filters, const Lanes* mel_power, Lanes* power) {
  for (int k = 0; k < kNumBins; ++k) std::fill_n(power[k].values, kLanes, 1.0f);
  for (int update = 0; update < kNumUpdates; ++update) fit_to_mel(filters, mel_power, power);
}

}  // namespace songscape
