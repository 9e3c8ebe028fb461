#include "audio/spectral_shape.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "audio/decibel.h"

namespace songscape {
namespace {

constexpr float kRolloffShare = 0.85f;

struct ContrastBand {
  int first_bin, n_bins;
  int n_extremes;  // how many bins count as its peak, and as its valley
};

// librosa's bounds: a band takes in the bin below it, and all but the last band lose their topmost bin, which still
// counts when the 2 % are taken.
constexpr std::array<ContrastBand, kNumContrastBands> contrast_bands() {
  std::array<ContrastBand, kNumContrastBands> bands{};
  int first = 0;
  double high_hz = 200;
  for (int b = 0; b < kNumContrastBands; ++b, high_hz *= 2) {
    const bool is_last = b == kNumContrastBands - 1;
    const int end = is_last ? kNumBins : static_cast<int>(high_hz / bin_hz(1)) + 1;
    const int begin = b == 0 ? 0 : first - 1;
    const int rounded = static_cast<int>(0.02 * (end - begin) + 0.5);
    bands[static_cast<size_t>(b)] = {begin, end - begin - (is_last ? 0 : 1), rounded < 1 ? 1 : rounded};
    first = end;
  }
  return bands;
}
constexpr auto kContrastBands = contrast_bands();

// The mean of the n_kept greatest (or least) of n values, by an insertion network: n_kept comparisons a value.
template <int n_kept, bool greatest, class V>
SONGSCAPE_INLINE V mean_of_extremes(const Lanes* values, int n, int lane) {
  V kept[n_kept];
  for (V& k : kept) k = V{} + (greatest ? -1.0f : std::numeric_limits<float>::max());
  for (int i = 0; i < n; ++i) {
    V value = load<V>(values[i].values + lane);
#pragma GCC unroll 9
    for (int k = 0; k < n_kept; ++k) {
      const V high = vector_max<V>(kept[k], value), low = vector_min<V>(kept[k], value);
      kept[k] = greatest ? high : low;
      value = greatest ? low : high;
    }
  }
  V sum{};
  for (const V& k : kept) sum += k;
  return sum * (1.0f / n_kept);
}

template <class V, size_t... b>
SONGSCAPE_INLINE void contrast(const Lanes* magnitude, int lane, SpectralShape& out, std::index_sequence<b...>) {
  const auto one_band = [&]<size_t band>(std::integral_constant<size_t, band>) __attribute__((always_inline)) {
    constexpr ContrastBand kBand = kContrastBands[band];
    const Lanes* const values = magnitude + kBand.first_bin;
    store<V>(mean_of_extremes<kBand.n_extremes, true, V>(values, kBand.n_bins, lane), out.peak[band].values + lane);
    store<V>(mean_of_extremes<kBand.n_extremes, false, V>(values, kBand.n_bins, lane), out.valley[band].values + lane);
  };
  (one_band(std::integral_constant<size_t, b>()), ...);
}

template <class V>
SONGSCAPE_INLINE V square_root(V x) {
  for (int i = 0; i < width<V>; ++i) x[i] = std::sqrt(x[i]);
  return x;
}

template <class V>
SONGSCAPE_INLINE void moments(const Lanes* magnitude, int lane, SpectralShape& out) {
  constexpr auto kBinHz = static_cast<float>(bin_hz(1));
  V total{}, first{};
  for (int k = 0; k < kNumBins; ++k) {
    const V m = load<V>(magnitude[k].values + lane);
    total += m;
    first += static_cast<float>(k) * m;
  }
  const V safe_total = vector_max<V>(total, V{} + std::numeric_limits<float>::min());
  const V centre = first / safe_total, threshold = kRolloffShare * total;
  V second{}, so_far{};
  IntsOf<V> n_below{};
  for (int k = 0; k < kNumBins; ++k) {
    const V m = load<V>(magnitude[k].values + lane);
    const V distance = static_cast<float>(k) - centre;
    second += m * distance * distance;
    so_far += m;
    n_below -= is_less<V>(so_far, threshold);
  }
  store<V>(kBinHz * centre, out.centroid.values + lane);
  store<V>(kBinHz * square_root<V>(second / safe_total), out.bandwidth.values + lane);
  const V rolloff_bin = vector_min<V>(__builtin_convertvector(n_below, V), V{} + static_cast<float>(kNumBins - 1));
  store<V>(kBinHz * rolloff_bin, out.rolloff.values + lane);
}

template <class V>
SONGSCAPE_INLINE void flatness(const Lanes* power, int lane, SpectralShape& out) {
  constexpr int kPart = 41;  // summed in parts, since a float sum of 1025 logarithms of equal sign loses four digits
  static_assert(kNumBins % kPart == 0);
  V sum{}, log_sum{};
  for (int first = 0; first < kNumBins; first += kPart) {
    V part{}, log_part{};
    for (int k = first; k < first + kPart; ++k) {
      const V p = vector_max<V>(load<V>(power[k].values + lane), V{} + kLeastPower);
      part += p;
      log_part += vector_log<V>(p);
    }
    sum += part;
    log_sum += log_part;
  }
  V ratio = log_sum * (1.0f / kNumBins);
  for (int i = 0; i < width<V>; ++i) ratio[i] = std::exp(ratio[i]);
  store<V>(ratio * static_cast<float>(kNumBins) / sum, out.flatness.values + lane);
}

struct Shape {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const Lanes* power, Lanes* magnitude, SpectralShape* out) {
    for (int k = 0; k < kNumBins; ++k)
      for (int i = lane; i < lane + width<V>; ++i) magnitude[k].values[i] = std::sqrt(power[k].values[i]);
    moments<V>(magnitude, lane, *out);
    flatness<V>(power, lane, *out);
    contrast<V>(magnitude, lane, *out, std::make_index_sequence<kNumContrastBands>());
  }
};

}  // namespace

void spectral_shape(const Lanes* power, Lanes* magnitude, SpectralShape& out) {
  run_kernel<Shape>(power, magnitude, &out);
}

}  // namespace songscape
