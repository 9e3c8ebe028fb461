// How far a recording lies off A = 440 Hz: librosa.estimate_tuning on the power spectrogram, as chroma_stft calls it.
#pragma once

#include <vector>

#include "audio/fft.h"

namespace songscape {

class TuningEstimator {
 public:
  // The spectral peaks of the first n_frames lanes: local maxima from 150 to 4000 Hz, above a tenth of the frame's
  // greatest power, refined by a parabola through three bins.
  void add(const Lanes* power, int n_frames);
  // The commonest deviation from the nearest semitone among peaks of at least median power, in semitones: a
  // multiple of 0.01 in −0.5 … 0.49.  0 without peaks.
  double estimate() const;

 private:
  struct Peak {
    float hz, power;
  };
  std::vector<Peak> peaks_;
};

}  // namespace songscape
