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
template <int n_kept, bool greatest>
SONGSCAPE_INLINE Lanes mean_of_extremes(const Lanes* values, int n) {
  constexpr float kWorst = greatest ? -1.0f : std::numeric_limits<float>::max();
  Lanes kept[n_kept];
  for (Lanes& k : kept) k = same_lanes(kWorst);
  for (int i = 0; i < n; ++i) {
    Lanes value = values[i];
#pragma GCC unroll 9
    for (int k = 0; k < n_kept; ++k) {
      const Lanes high = lane_max(kept[k], value), low = lane_min(kept[k], value);
      kept[k] = greatest ? high : low;
      value = greatest ? low : high;
    }
  }
  Lanes sum{};
  for (const Lanes& k : kept) sum += k;
  return sum * (1.0f / n_kept);
}

template <size_t... b>
SONGSCAPE_INLINE void contrast(const Lanes* magnitude, SpectralShape& out, std::index_sequence<b...>) {
  ((out.peak[b] = mean_of_extremes<kContrastBands[b].n_extremes, true>(magnitude + kContrastBands[b].first_bin,
                                                                       kContrastBands[b].n_bins),
    out.valley[b] = mean_of_extremes<kContrastBands[b].n_extremes, false>(magnitude + kContrastBands[b].first_bin,
                                                                          kContrastBands[b].n_bins)),
   ...);
}

SONGSCAPE_INLINE void square_roots(const float* from, float* to, int n) {
  for (int i = 0; i < n; ++i) to[i] = std::sqrt(from[i]);
}

SONGSCAPE_INLINE void moments(const Lanes* magnitude, SpectralShape& out) {
  constexpr auto kBinHz = static_cast<float>(bin_hz(1));
  Lanes total{}, first{};
  for (int k = 0; k < kNumBins; ++k) {
    total += magnitude[k];
    first += static_cast<float>(k) * magnitude[k];
  }
  const Lanes safe_total = total > 0.0f ? total : same_lanes(1.0f);
  const Lanes centre = first / safe_total;
  Lanes second{}, so_far{}, n_below{};
  const Lanes threshold = kRolloffShare * total;
  for (int k = 0; k < kNumBins; ++k) {
    const Lanes distance = static_cast<float>(k) - centre;
    second += magnitude[k] * distance * distance;
    so_far += magnitude[k];
    n_below += so_far < threshold ? same_lanes(1.0f) : Lanes{};
  }
  out.centroid = kBinHz * centre;
  out.rolloff = kBinHz * lane_min(n_below, same_lanes(kNumBins - 1));
  const Lanes variance = second / safe_total;
  for (int lane = 0; lane < kLanes; ++lane) out.bandwidth[lane] = kBinHz * std::sqrt(variance[lane]);
}

SONGSCAPE_INLINE Lanes flatness(const Lanes* power) {
  constexpr int kPart = 41;  // summed in parts, since a float sum of 1025 logarithms of equal sign loses four digits
  static_assert(kNumBins % kPart == 0);
  Lanes sum{}, log_sum{};
  for (int first = 0; first < kNumBins; first += kPart) {
    Lanes part{}, log_part{};
    for (int k = first; k < first + kPart; ++k) {
      const Lanes p = lane_max(power[k], same_lanes(kLeastPower));
      part += p;
      log_part += lane_log(p);
    }
    sum += part;
    log_sum += log_part;
  }
  Lanes ratio = log_sum * (1.0f / kNumBins);
  for (int lane = 0; lane < kLanes; ++lane) ratio[lane] = std::exp(ratio[lane]);
  return ratio * static_cast<float>(kNumBins) / sum;
}

SONGSCAPE_CPU_CLONES void shape(const Lanes* power, Lanes* magnitude, SpectralShape& out) {
  square_roots(reinterpret_cast<const float*>(power), reinterpret_cast<float*>(magnitude), kNumBins * kLanes);
  moments(magnitude, out);
  out.flatness = flatness(power);
  contrast(magnitude, out, std::make_index_sequence<kNumContrastBands>());
}

}  // namespace

void spectral_shape(const Lanes* power, Lanes* magnitude, SpectralShape& out) { shape(power, magnitude, out); }

}  // namespace songscape
