// Onsets and tempo of a spectrogram.
#pragma once

#include <span>
#include <vector>

#include "audio/clip.h"

namespace songscape {

// Mean over bands of max(0, x[b, t + 1] − x[b, t − 1]) of each valid frame; 0 in the first and last.
std::vector<double> mel_onset_envelope(std::span<const float> mel, int n_valid_frames);

// Peaks of the envelope a second: the greatest within two frames, and above the mean of the second around by .002.
double onset_density(std::span<const double> envelope);

// Beats a minute, 50 … 210: the lag l of the envelope's autocorrelation a that has the greatest
// a(l) + a(2 l) + a(3 l) + a(4 l) + a(8 l) + a(l / 2) / 2, under a log-normal preference for 120 (an octave wide); the
// envelope is taken above its mean over the second around.  Beats and bars agree at the true lag, which settles most
// octaves.  With near_bpm > 0 only tempi within a factor of 1.4 of it are looked at, all alike.
// NaN where the envelope is flat.
double estimate_tempo(std::span<const double> envelope, double near_bpm = 0);

}  // namespace songscape
