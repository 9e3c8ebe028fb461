// How strongly each of the twelve pitch classes sounds: librosa.filters.chroma (Ellis 2007, "Chroma feature analysis
// and synthesis"), Gaussian bumps a semitone wide over the bins, weighted towards the octaves around 880 Hz.
#pragma once

#include <array>

#include "audio/fft.h"

namespace songscape {

inline constexpr int kNumChroma = 12;

class ChromaFilters {
 public:
  // tuning: where this recording's A lies, in semitones above 440 Hz (−0.5 … 0.5).
  explicit ChromaFilters(double tuning);
  // chroma[c], c = C … B, lane by lane; each lane divided by its greatest value unless that is 0.
  void apply(const Lanes* power, Lanes* chroma) const;

 private:
  std::array<std::array<float, kNumChroma>, kNumBins> weights_;
};

}  // namespace songscape
