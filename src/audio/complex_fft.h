// The complex spectra of sixteen windowed frames, and the way back: what reconstruction of phases works on.
// Same transform, layout and accuracy as audio/fft.h.
#pragma once

#include "audio/fft.h"

namespace songscape {

struct ComplexLanes {
  Lanes re, im;
};

// X(k) of each frame under a periodic Hann window: spectrum[k], k = 0 … 1024.  `buffer` is scratch space.
void complex_spectra(const HopTile& tile, FftBuffer& buffer, ComplexLanes* spectrum);

// The frames of which `spectrum` holds the transform (imaginary parts of bins 0 and 1024 are passed over), windowed
// again by Hann and added where they lie in the tile.
void add_frames(const ComplexLanes* spectrum, FftBuffer& buffer, HopTile& tile);

}  // namespace songscape
