// Mel spectrograms as pictures: kHz upwards, seconds to the right, dB in colour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/figure.h"

namespace songscape {

// What the rows and columns of a mel matrix stand for.
struct MelScale {
  double sample_rate = 22050;
  int hop_length = 512;
  double lowest_db = -80;  // the value 0; the value 1 is 0 dB
  // Slaney's mel scale from 0 Hz to half the sample rate, as librosa's default.
  double band_of(double frequency_hz, int64_t n_mels) const;  // fractional, 0 = centre of the lowest band
};

struct MelPicture {
  std::string name = {};
  MatrixView mel = {};          // [n_mels × n_frames] on [0, 1], lowest band first
  int64_t n_valid_frames = -1;  // what follows is left out; −1: all
};
struct SpectrogramFigure {
  std::string title = {}, caption = {};
  MelScale scale = {};
  std::vector<MelPicture> pictures = {};
  int n_columns = 1;
};
Figure draw_spectrograms(const SpectrogramFigure& figure);

// reconstruction_examples: a row a song: original, reconstruction, difference.
struct MelPair {
  std::string name = {};
  MatrixView original = {}, reconstruction = {};  // equal shapes, as MelPicture::mel
  int64_t n_valid_frames = -1;
};
struct ReconstructionFigure {
  std::string title = {}, caption = {};
  MelScale scale = {};
  std::vector<MelPair> pairs = {};
};
Figure draw_reconstructions(const ReconstructionFigure& figure);

}  // namespace songscape
