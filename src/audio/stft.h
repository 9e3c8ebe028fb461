// The frames of a signal and their power spectra: librosa.stft's centred frames of 2048 samples, 512 apart, under a
// periodic Hann window, the signal being preceded and followed by zeros (pad_mode="constant", librosa's default).
#pragma once

#include <memory>
#include <span>

#include "audio/fft.h"

namespace songscape {

class PowerStft {
 public:
  // Keeps a view of `samples`.  An object serves one thread.
  explicit PowerStft(std::span<const float> samples);

  // power[k][lane], k = 0 … 1024, of frames first_frame … first_frame + 15 (first_frame ≥ 0); frames beyond the signal
  // are of silence.
  void transform(int first_frame, Lanes* power);

 private:
  struct Scratch {
    HopTile tile;
    FftBuffer buffer;
  };
  std::span<const float> samples_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace songscape
