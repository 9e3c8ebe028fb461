// The key of a spectrogram, as far as mel bands can tell: they are half a semitone to two semitones wide from 220 Hz to
// 2 kHz.
#pragma once

#include <array>
#include <span>

#include "audio/clip.h"

namespace songscape {

// How much each pitch class, C … B, stands out of its surroundings (each band less the mean of the seven around it, at
// least 0), added over valid frames.  Zeros for silence.
std::array<double, 12> mel_chroma(std::span<const float> mel, int n_valid_frames);

struct KeyEstimate {
  int tonic;  // 0 (C) … 11 (B)
  bool is_minor;
  double major, minor;  // the greatest correlation with a major and with a minor key's profile
};
// By correlation with the 24 rotations of Temperley's profiles (2007, "Music and Probability", Kostka-Payne corpus).
// Constant chroma correlates with none: C major, 0 and 0.
KeyEstimate estimate_key(const std::array<double, 12>& chroma);

}  // namespace songscape
