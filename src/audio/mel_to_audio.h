// A mel spectrogram made audible: inverse mel, fast Griffin-Lim, and a limiter where it would clip.
#pragma once

#include <span>
#include <vector>

#include "audio/griffin_lim.h"
#include "audio/limiter.h"

namespace songscape {

// As ClipFeatures has it.
struct MelClip {
  std::span<const float> mel;  // [128 × 1293], band-major, on [0, 1]
  int n_valid_frames = kNumFrames;
  float reference_db = 0;  // the mel power that is 1.0; it restores the level
};

struct MelSound {
  std::vector<float> samples;  // at 22,050 Hz within ±.999: (n_valid_frames − 1) · 512 of them, 511 for one frame
  Limited limited;
};

MelSound mel_to_audio(const MelClip& clip, const GriffinLimOptions& options);

// How far a sound is from a mel: ‖√M(samples) − √M‖ / ‖√M‖ over the valid frames, M being mel power (spectral
// convergence, Sturmel & Daudet 2011, of the mel); 0 where both are silent, infinite where only the mel is.
double mel_convergence(std::span<const float> samples, const MelClip& clip);

// Mean power of samples in dB of a full-scale sine's; −∞ for silence.
double level_db(std::span<const float> samples);

}  // namespace songscape
