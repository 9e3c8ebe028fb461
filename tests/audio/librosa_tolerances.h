// How near to librosa every feature must be.  Our transform is in float32, librosa's in float64: where a frame's
// weakest bins hold rounding errors only (a pure tone, a direct current), what reads those bins differs by up to 2 Hz
// of bandwidth and 1 dB of contrast; in recordings by less than 0.01 Hz and 0.1 dB.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <span>

#include "audio/features.h"

namespace songscape {

inline constexpr float kMelTolerance = 1e-4f;  // the claim is 1e-3

// Absolute, in the units of feature_names().
inline float feature_tolerance(int i) {
  if (i < 20) return 1e-3f;                                   // MFCC, values up to 1000
  if (i < 32) return 1e-4f;                                   // chroma, 0 … 1
  constexpr std::array<float, 7> rest = {0.05f, 2.0f, 0.05f,  // centroid, bandwidth, roll-off, in Hz
                                         1e-5f, 0.1f,         // flatness, contrast in dB
                                         1e-6f, 1e-6f};       // zero crossings, rms
  return rest[static_cast<size_t>(i - 32)];
}

inline void expect_librosa_features(std::span<const float> ours, std::span<const float> librosa) {
  for (int i = 0; i < kNumFeatures; ++i)
    EXPECT_NEAR(ours[static_cast<size_t>(i)], librosa[static_cast<size_t>(i)], feature_tolerance(i))
        << feature_names()[static_cast<size_t>(i)];
}

}  // namespace songscape
