#include "audio/mel_rhythm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace songscape {
namespace {

constexpr double kFramesPerSec = static_cast<double>(kSampleRate) / kHopLength;
constexpr int64_t kHalfSecond = 21;                                // frames
constexpr double kLeastRise = .002;                                // above the second's mean
constexpr double kNear = 1.4;                                      // largest ratio to a tempo that is told
constexpr double kSlowest = 50, kFastest = 210, kPreferred = 120;  // beats a minute

// Mean over the frames within half a second of each.
std::vector<double> second_means(std::span<const double> x) {
  const int64_t n = static_cast<int64_t>(x.size());
  std::vector<double> sums(x.size() + 1, 0), out;
  std::partial_sum(x.begin(), x.end(), sums.begin() + 1);
  for (int64_t t = 0; t < n; ++t) {
    const int64_t from = std::max<int64_t>(0, t - kHalfSecond), to = std::min(n, t + kHalfSecond + 1);
    out.push_back((sums[static_cast<size_t>(to)] - sums[static_cast<size_t>(from)]) / static_cast<double>(to - from));
  }
  return out;
}

// Σ_t x[t] x[t + lag] / Σ_t x[t]², x less its mean; empty where x is flat.
std::vector<double> autocorrelation(std::vector<double> x) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  for (double& v : x) v -= mean;
  const double energy = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  if (energy <= 1e-12) return {};
  std::vector<double> out;
  for (size_t lag = 0; lag < x.size(); ++lag)
    out.push_back(std::inner_product(x.begin() + static_cast<int64_t>(lag), x.end(), x.begin(), 0.0) / energy);
  return out;
}

double between(const std::vector<double>& values, double place) {
  const size_t below = static_cast<size_t>(place);
  if (below + 1 >= values.size()) return 0;
  return std::lerp(values[below], values[below + 1], place - std::floor(place));
}

}  // namespace

std::vector<double> mel_onset_envelope(std::span<const float> mel, int n_valid_frames) {
  check(mel.size() == static_cast<size_t>(kNumMels) * kNumFrames, "a mel has 128 × 1293 values");
  check(n_valid_frames >= 1 && n_valid_frames <= kNumFrames, "a mel has 1 to 1293 valid frames");
  std::vector<double> out(static_cast<size_t>(n_valid_frames), 0);
  for (int b = 0; b < kNumMels; ++b) {
    const float* x = mel.data() + b * kNumFrames;
    for (int t = 1; t + 1 < n_valid_frames; ++t)
      out[static_cast<size_t>(t)] += std::max(0.0f, x[t + 1] - x[t - 1]) / static_cast<double>(kNumMels);
  }
  return out;
}

double onset_density(std::span<const double> envelope) {
  const std::vector<double> mean = second_means(envelope);
  const int64_t n = static_cast<int64_t>(envelope.size());
  int64_t n_peaks = 0;
  for (int64_t t = 0; t < n; ++t) {
    const auto around = envelope.subspan(static_cast<size_t>(std::max<int64_t>(0, t - 2)),
                                         static_cast<size_t>(std::min(n, t + 3) - std::max<int64_t>(0, t - 2)));
    const double height = envelope[static_cast<size_t>(t)];
    // Of equal neighbours the first counts.
    const bool is_greatest = std::ranges::max_element(around) - around.begin() == std::min<int64_t>(2, t);
    n_peaks += is_greatest && height > mean[static_cast<size_t>(t)] + kLeastRise;
  }
  return static_cast<double>(n_peaks) * kFramesPerSec / static_cast<double>(n);
}

double estimate_tempo(std::span<const double> envelope, double near_bpm) {
  const std::vector<double> mean = second_means(envelope);
  std::vector<double> above;
  for (size_t t = 0; t < envelope.size(); ++t) above.push_back(std::max(0.0, envelope[t] - mean[t]));
  const std::vector<double> a = autocorrelation(std::move(above));
  if (a.empty()) return std::numeric_limits<double>::quiet_NaN();
  const bool is_told = near_bpm > 0;
  const double slowest = is_told ? near_bpm / kNear : kSlowest, fastest = is_told ? near_bpm * kNear : kFastest;
  double best = -std::numeric_limits<double>::infinity(), best_bpm = kPreferred;
  for (double log_bpm = std::log(slowest); log_bpm <= std::log(fastest); log_bpm += .002) {
    const double bpm = std::exp(log_bpm), lag = 60 * kFramesPerSec / bpm;
    const double octaves = std::log2(bpm / kPreferred);
    double sum = between(a, lag / 2) / 2;
    for (const int multiple : {1, 2, 3, 4, 8}) sum += between(a, lag * multiple);
    const double height = is_told ? sum : sum * std::exp(-octaves * octaves / 2);
    if (height > best) {
      best = height;
      best_bpm = bpm;
    }
  }
  return best_bpm;
}

}  // namespace songscape
