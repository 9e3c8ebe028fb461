// What one filter answers to.
//
// The response of a filter w to the grating exp(i (u b + v t)) of u radians a band and v radians a frame is |W(u, v)|,
// W the Fourier transform of w.  Its direction is the mean of the gratings' directions, weighted by |W|² (Bigün &
// Granlund 1987, "Optimal orientation detection of linear symmetry"), after the mean of w is taken out: along bands,
// the filter tells frequencies apart; along frames, moments; between, gliding pitch.
#pragma once

#include <array>
#include <cstddef>

#include "core/matrix.h"

namespace songscape {

// The first four are the documents'; "level": nearly nothing but the mean.
inline constexpr std::array<const char*, 5> kFilterKinds{"frequency", "time", "diagonal", "complex", "level"};

struct FilterTuning {
  size_t kind = 0;                                   // of kFilterKinds
  double coherence = 0;                              // 0 no direction … 1 a single one
  double direction_deg = 0;                          // 0 along bands (frequency) … ±90 along frames (time)
  double flat_share = 0;                             // of the energy: the mean's
  double cycles_per_band = 0, cycles_per_frame = 0;  // the grating answered most
  Matrix response;                                   // [bands: 0 … Nyquist, frames: −Nyquist … Nyquist]
};

// weights: [bands × frames]
FilterTuning filter_tuning(MatrixView weights);

}  // namespace songscape
