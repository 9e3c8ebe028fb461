#include "audio/time_features.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "audio/clip.h"
#include "audio/lanes.h"

namespace songscape {
namespace {

constexpr float kZeroWidth = 1e-10f;  // librosa takes −1e-10 … 1e-10 for zero, and zero for positive
constexpr int kHopsPerFrame = kFftSize / kHopLength;

struct Hop {
  double energy = 0;
  int n_crossings = 0;           // between each sample of the hop and the one before it
  bool begins_with_one = false;  // the first of them: a frame does not look before its first sample
};

// A frame's head and tail padding crosses nothing: librosa repeats the edge sample there.
SONGSCAPE_CPU_CLONES void measure(const float* x, int n, bool is_first, Hop& hop) {
  int n_crossings = 0;
  for (int i = 1; i < n; ++i) n_crossings += (x[i] < -kZeroWidth) != (x[i - 1] < -kZeroWidth);
  hop.begins_with_one = !is_first && (x[0] < -kZeroWidth) != (x[-1] < -kZeroWidth);
  hop.n_crossings = n_crossings + (hop.begins_with_one ? 1 : 0);
  Lanes squares{};
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) squares += load_lanes(x + i) * load_lanes(x + i);
  for (int lane = 0; lane < kLanes; ++lane) hop.energy += squares[lane];
  for (; i < n; ++i) hop.energy += static_cast<double>(x[i]) * x[i];
}

SONGSCAPE_CPU_CLONES bool none_beyond(const float* x, size_t n, float limit) {
  int n_beyond = 0;
  for (size_t i = 0; i < n; ++i) n_beyond |= !(std::abs(x[i]) <= limit);
  return n_beyond == 0;
}

}  // namespace

bool all_within(std::span<const float> samples, float limit) {
  return none_beyond(samples.data(), samples.size(), limit);
}

TimeFeatures time_features(std::span<const float> samples) {
  const int n_frames = valid_frames(static_cast<int64_t>(samples.size()));
  std::vector<Hop> hops(static_cast<size_t>(n_frames + kHopsPerFrame));  // two of silence before, at least one after
  for (size_t begin = 0; begin < samples.size(); begin += kHopLength) {
    const size_t n = std::min<size_t>(kHopLength, samples.size() - begin);
    measure(samples.data() + begin, static_cast<int>(n), begin == 0, hops[kHopsPerFrame / 2 + begin / kHopLength]);
  }
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
