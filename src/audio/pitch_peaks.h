// Where a clip's pitches stand out: the peaks of its chroma with the octaves kept, which fingerprints are made of.
#pragma once

#include <span>
#include <vector>

namespace songscape {

inline constexpr int kNumPitches = 48;  // semitones from A3 (220 Hz): four octaves
inline constexpr int kPitchHop = 1024;  // samples between pitch frames (46 ms)

struct PitchPeak {
  int frame;       // of kPitchHop samples
  int pitch;       // 0 … 47
  float strength;  // dB above the pitch's mean level in the clip
};

// At most 8 peaks a second, by frame, then pitch: the greatest in their neighbourhood of semitones and quarter seconds,
// at least 3 dB above the pitch's mean level.  Levels count from 60 dB below the clip's greatest.
std::vector<PitchPeak> pitch_peaks(std::span<const float> samples);

}  // namespace songscape
