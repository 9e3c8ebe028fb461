// The simplest description of a clip, which every clustering is measured against.
#pragma once

#include <array>
#include <span>

#include "audio/clip.h"

namespace songscape {

// Each mel band's mean over valid frames (128 values), then each band's standard deviation (128; divided by n, not n −
// 1). mel: [128 × 1293] band-major; n_valid_frames 1 … 1293.
std::array<float, 2 * kNumMels> mel_statistics(std::span<const float> mel, int n_valid_frames);

}  // namespace songscape
