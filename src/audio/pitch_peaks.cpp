#include "audio/pitch_peaks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "audio/decibel.h"
#include "audio/stft.h"

namespace songscape {
namespace {

constexpr double kLowestHz = 220;
constexpr float kRangeDb = 60, kLeastStrength = 3;
constexpr int kNearPitches = 2, kNearFrames = 6;  // half widths of a peak's neighbourhood
constexpr int kSecond = 22, kPeaksPerSecond = 8;  // frames
constexpr int kWidth = 4;                         // hops of 512 that a pitch frame sums

// Levels at [pitch · n_frames + frame], in dB above the pitch's mean.
struct PitchImage {
  int n_frames;
  std::vector<float> levels;
  float at(int pitch, int frame) const { return levels[static_cast<size_t>(pitch * n_frames + frame)]; }
};

// Triangles over the bins, a semitone to either side.
struct PitchFilters {
  std::array<int, kNumPitches> first_bin;
  std::array<std::vector<float>, kNumPitches> weights;
  PitchFilters() {
    for (int p = 0; p < kNumPitches; ++p) {
      first_bin[p] = 0;
      for (int k = 1; k < kNumBins; ++k) {
        const double weight = 1 - std::abs(12 * std::log2(bin_hz(k) / kLowestHz) - p);
        if (weight <= 0) continue;
        if (weights[p].empty()) first_bin[p] = k;
        weights[p].push_back(static_cast<float>(weight));
      }
    }
  }
};

// Power of each pitch at [pitch · n_frames + frame] for frames 512 apart.
std::vector<float> pitch_power(std::span<const float> samples, int n_frames) {
  static const PitchFilters filters;
  PowerStft stft(samples);
  std::vector<float> out(static_cast<size_t>(kNumPitches * n_frames));
  const auto power = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
  for (int first = 0; first < n_frames; first += kLanes) {
    stft.transform(first, power.get());
    const int n = std::min(kLanes, n_frames - first);
    for (int p = 0; p < kNumPitches; ++p) {
      const Lanes* from = power.get() + filters.first_bin[p];
      float* const to = out.data() + p * n_frames + first;
      for (const float weight : filters.weights[p]) {
        for (int lane = 0; lane < n; ++lane) to[lane] += weight * (*from)[lane];
        ++from;
      }
    }
  }
  return out;
}

PitchImage pitch_image(std::span<const float> samples) {
  const int n_hops = valid_frames(static_cast<int64_t>(samples.size()));
  const auto power = pitch_power(samples, n_hops);
  PitchImage image{.n_frames = std::max(0, (n_hops - kWidth) / 2 + 1), .levels = {}};
  image.levels.reserve(static_cast<size_t>(kNumPitches * image.n_frames));
  for (int p = 0; p < kNumPitches; ++p) {
    const auto row = power.begin() + p * n_hops;
    for (int i = 0; i < image.n_frames; ++i)
      image.levels.push_back(std::accumulate(row + 2 * i, row + 2 * i + kWidth, 0.0f));
  }
  if (image.levels.empty()) return image;
  to_decibel(image.levels);
  const float least = *std::max_element(image.levels.begin(), image.levels.end()) - kRangeDb;
  for (int p = 0; p < kNumPitches; ++p) {
    const auto row =
        std::span(image.levels).subspan(static_cast<size_t>(p * image.n_frames), static_cast<size_t>(image.n_frames));
    const auto mean = static_cast<float>(mean_above(row, least));
    for (float& level : row) level = std::max(level, least) - mean;
  }
  return image;
}

bool is_peak(const PitchImage& image, int pitch, int frame) {
  const float level = image.at(pitch, frame);
  if (level < kLeastStrength) return false;
  for (int p = std::max(0, pitch - kNearPitches); p <= std::min(kNumPitches - 1, pitch + kNearPitches); ++p)
    for (int f = std::max(0, frame - kNearFrames); f <= std::min(image.n_frames - 1, frame + kNearFrames); ++f)
      if (image.at(p, f) > level || (image.at(p, f) == level && std::pair(f, p) < std::pair(frame, pitch)))
        return false;
  return true;
}

}  // namespace

std::vector<PitchPeak> pitch_peaks(std::span<const float> samples) {
  const PitchImage image = pitch_image(samples);
  std::vector<PitchPeak> peaks;
  for (int second = 0; second < image.n_frames; second += kSecond) {
    std::vector<PitchPeak> found;
    for (int frame = second; frame < std::min(second + kSecond, image.n_frames); ++frame)
      for (int pitch = 0; pitch < kNumPitches; ++pitch)
        if (is_peak(image, pitch, frame)) found.push_back({frame, pitch, image.at(pitch, frame)});
    std::stable_sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.strength > b.strength; });
    if (found.size() > kPeaksPerSecond) found.resize(kPeaksPerSecond);
    peaks.insert(peaks.end(), found.begin(), found.end());
  }
  std::sort(peaks.begin(), peaks.end(),
            [](auto& a, auto& b) { return std::pair(a.frame, a.pitch) < std::pair(b.frame, b.pitch); });
  return peaks;
}

}  // namespace songscape
