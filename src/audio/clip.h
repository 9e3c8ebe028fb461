// The clip: the excerpt of a song that every model sees, and the sizes that follow from it.
#pragma once

#include <cstdint>

namespace songscape {

inline constexpr int kSampleRate = 22050;        // Hz, mono
inline constexpr int kFftSize = 2048;            // samples, Hann window of the same length
inline constexpr int kHopLength = 512;           // samples between the centres of two frames
inline constexpr int64_t kClipSamples = 661504;  // 30.0002 s: 1292 hops
inline constexpr int kNumFrames = 1293;          // frames centred at 0, 512, … 661504
inline constexpr int kNumMels = 128;
inline constexpr int kNumFeatures = 39;

static_assert(kNumFrames == 1 + kClipSamples / kHopLength);

// Frames whose centre t · 512 lies in the signal or at its end: as many as librosa makes of the unpadded signal.
constexpr int valid_frames(int64_t n_samples) { return static_cast<int>(1 + n_samples / kHopLength); }

}  // namespace songscape
