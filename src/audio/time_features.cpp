#include "audio/time_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "audio/clip.h"

namespace songscape {
namespace {

constexpr float kZeroWidth = 1e-10f;  // librosa takes −1e-10 … 1e-10 for zero, and zero for positive
constexpr int kHopsPerFrame = kFftSize / kHopLength;

struct Hop {
  double energy = 0;
  int n_crossings = 0;           // between each sample of the hop and the one before it
  bool begins_with_one = false;  // whether its first sample is one: a frame does not look before its own first
};

int crosses(float before, float after) { return (before < -kZeroWidth) != (after < -kZeroWidth) ? 1 : 0; }

// In sixteen sums, which the compiler can keep in vectors.
double energy(std::span<const float> samples) {
  constexpr size_t kSums = 16;
  std::array<float, kSums> sums{};
  size_t i = 0;
  for (; i + kSums <= samples.size(); i += kSums)
    for (size_t j = 0; j < kSums; ++j) sums[j] += samples[i + j] * samples[i + j];
  double sum = 0;
  for (const float part : sums) sum += part;
  for (; i < samples.size(); ++i) sum += static_cast<double>(samples[i]) * samples[i];
  return sum;
}

// The padding before and after the signal crosses nothing: librosa repeats the edge sample there.
Hop measure(std::span<const float> samples, size_t begin) {
  const size_t end = std::min<size_t>(begin + kHopLength, samples.size());
  Hop hop;
  for (size_t i = begin + 1; i < end; ++i) hop.n_crossings += crosses(samples[i - 1], samples[i]);
  hop.begins_with_one = begin > 0 && crosses(samples[begin - 1], samples[begin]);
  hop.n_crossings += hop.begins_with_one;
  hop.energy = energy(samples.subspan(begin, end - begin));
  return hop;
}

}  // namespace

bool all_within(std::span<const float> samples, float limit) {
  int n_beyond = 0;
  for (const float sample : samples) n_beyond |= !(std::abs(sample) <= limit);
  return n_beyond == 0;
}

TimeFeatures time_features(std::span<const float> samples) {
  const int n_frames = valid_frames(static_cast<int64_t>(samples.size()));
  std::vector<Hop> hops(static_cast<size_t>(n_frames + kHopsPerFrame));  // two of silence before, at least one after
  for (size_t begin = 0; begin < samples.size(); begin += kHopLength)
    hops[kHopsPerFrame / 2 + begin / kHopLength] = measure(samples, begin);
  double rms = 0;
  int64_t n_crossings = 0;
  for (int t = 0; t < n_frames; ++t) {
    double energy = 0;
    for (int h = t; h < t + kHopsPerFrame; ++h) {
      energy += hops[h].energy;
      n_crossings += hops[h].n_crossings;
    }
    n_crossings -= hops[t].begins_with_one ? 1 : 0;
    rms += std::sqrt(energy / kFftSize);
  }
  return {static_cast<double>(n_crossings) / kFftSize / n_frames, rms / n_frames};
}

}  // namespace songscape
