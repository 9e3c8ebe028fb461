// How a frame's spectrum is shaped: librosa's spectral_centroid, _bandwidth, _rolloff, _flatness and _contrast with
// their defaults, of sixteen frames at a time.
#pragma once

#include "audio/fft.h"

namespace songscape {

inline constexpr int kNumContrastBands = 7;  // 0–200 Hz, then octaves

struct SpectralShape {
  Lanes centroid;                   // Hz: mean frequency, weighted by magnitude
  Lanes bandwidth;                  // Hz: standard deviation about it
  Lanes rolloff;                    // Hz: below it lies 85 % of the magnitude
  Lanes flatness;                   // 0 … 1: geometric by arithmetic mean of the power
  Lanes peak[kNumContrastBands];    // mean magnitude of the strongest 2 % of the band's bins, at least one
  Lanes valley[kNumContrastBands];  // of the weakest 2 %
};

// power: [1025] as from PowerStft.  `magnitude` is scratch space for as many.
void spectral_shape(const Lanes* power, Lanes* magnitude, SpectralShape& out);

}  // namespace songscape
