// What a clip becomes: its log-mel spectrogram and 39 audio features, by one short-time Fourier transform.
//
// Equal to librosa 0.11 on the clip's own samples (centred frames, zero padding, periodic Hann window, float32 signal):
//   mel       within 1e-3 of (power_to_db(melspectrogram(y), ref=R, top_db=None) + 80) / 80, clipped to [0, 1]
//   features  means over valid frames of feature.mfcc, chroma_stft (tuning estimated), spectral_centroid,
//             spectral_bandwidth, spectral_rolloff, spectral_flatness, spectral_contrast (all 7 bands),
//             zero_crossing_rate, rms, each with librosa's defaults; tolerances in tests/audio/features_test.cpp
// Results differ in the last bits between CPU classes (AVX-512, AVX2, other): the arithmetic is fused differently.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "audio/clip.h"

namespace songscape {

// Far above any recording, and still without overflow in any feature.
inline constexpr float kLoudestSample = 1e6f;

// What 0 dB is: a fixed level, so that loudness stays in the mel; or each clip's own maximum, which erases it.
enum class MelReference { full_scale, clip };

struct ClipFeatures {
  int n_valid_frames = 0;  // 1 … 1293; statistics, losses and errors use these frames only
  std::vector<float> mel;  // [128 × 1293], band-major, on [0, 1]: −80 … 0 dB of mel power against the reference
  std::array<float, kNumFeatures> features{};  // in the order of feature_names()
  float reference_db = 0;  // 10 log₁₀ of the mel power that is 1.0: power = 10^((80 · mel − 80 + reference_db) / 10)
};

// mfcc_1 … mfcc_20, chroma_c … chroma_b, spectral_centroid (Hz), spectral_bandwidth (Hz), spectral_rolloff (Hz),
// spectral_flatness (0 … 1), spectral_contrast (dB), zero_crossing_rate (a sample), rms (full scale 1).
const std::array<std::string_view, kNumFeatures>& feature_names();

// Safe to share between threads; starts none.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(MelReference reference);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  // samples: 1 … 661,504 values at 22,050 Hz, full scale ±1; fewer than the most are followed by digital silence.
  // A broken contract (empty, too long, NaN, or beyond ±kLoudestSample) is an Error by check().
  // A clip without any sound has mel 0 under either reference (librosa's ref=max would make it 1).
  ClipFeatures extract(std::span<const float> samples) const;

 private:
  struct Tables;
  MelReference reference_;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace songscape
