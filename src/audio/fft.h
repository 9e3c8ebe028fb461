// The power spectra of sixteen windowed frames of 2048 real samples at once: our own transform, 1024 complex points as
// 32 × 32 (Cooley & Tukey 1965).  In float32, where librosa transforms in float64 and rounds: the error stays below
// −120 dB of a frame's strongest bin.  Chosen over LibTorch's by measurement: `songscape bench spectra`.
#pragma once

#include "audio/clip.h"
#include "audio/lanes.h"

namespace songscape {

inline constexpr int kNumBins = kFftSize / 2 + 1;
constexpr double bin_hz(double bin) { return bin * kSampleRate / kFftSize; }

// Sixteen frames a hop apart touch 19 hops: sample j of hop q at [j · 19 + q], so that sample n of all frames is the
// sixteen values from [(n mod 512) · 19 + n / 512] on.
inline constexpr int kHopsInTile = kLanes + kFftSize / kHopLength - 1;
struct HopTile {
  alignas(64) float samples[kHopLength * kHopsInTile];
};

// 32 rows of 32 complex values, each row a place longer: rows a power of two apart would fall on the same cache lines.
struct FftBuffer {
  Lanes re[32 * 33], im[32 * 33];
};

// |X(k)|² of each frame under a periodic Hann window: power[k][lane] for k = 0 … 1024.  `buffer` is scratch space.
void power_spectra(const HopTile& tile, FftBuffer& buffer, Lanes* power);

}  // namespace songscape
