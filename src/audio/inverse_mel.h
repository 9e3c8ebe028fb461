// From mel back to the magnitudes of a short-time Fourier transform.
//
// 128 bands leave 1025 bins open; among the spectra ≥ 0 that have the wanted mel we take the one that multiplicative
// updates reach from the flat one (Richardson 1972, Lucy 1974; Lee & Seung 2001, eq. 5, with the filters given):
// smooth, never negative, and its mel within .1 % where the bands are those of a sound.  Chosen over non-negative least
// squares by L-BFGS (librosa's) for its speed: a clip in about 10 ms.
#pragma once

#include <span>
#include <vector>

#include "audio/mel_filters.h"

namespace songscape {

// Frames in blocks of sixteen, as the spectral kernels treat them.
constexpr int n_blocks_of(int n_frames) { return (n_frames + kLanes - 1) / kLanes; }

// mel: [128 × 1293] band-major on [0, 1], of which the first n_valid_frames (1 … 1293) are read; values outside are
// taken for the nearest bound.  reference_db as in ClipFeatures.  Returns the power of every band, [block][128] lanes,
// with 0 where mel is 0 (at or below −80 dB: not known to be any sound) and in the lanes past the last frame.
std::vector<Lanes> mel_powers(std::span<const float> mel, int n_valid_frames, float reference_db);

// power[k], k = 0 … 1024, of sixteen frames from their 128 band powers.
void spectrum_of_mel(const MelFilters& filters, const Lanes* mel_power, Lanes* power);

// In place: each bin's power times the mean over its bands of wanted / present mel power.  One multiplicative update.
void fit_to_mel(const MelFilters& filters, const Lanes* mel_power, Lanes* power);

}  // namespace songscape
