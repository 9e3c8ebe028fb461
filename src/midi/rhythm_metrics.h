// How regular music is in time.
#pragma once

#include "midi/grid_song.h"

namespace songscape {

// Autocorrelation of the onsets at a lag of a beat (a quarter) and of a bar (the song's most frequent one), −1 … 1.
// Each onset, drums too, stands at its 24th and with two thirds and one third at the two beside it on either side, so
// that a note played a little early counts as in time; the mean is taken off.  NaN where the song is not longer than
// the lag, or has an onset everywhere or nowhere.
struct RhythmicCoherence {
  double beat = 0, bar = 0;
};
RhythmicCoherence rhythmic_coherence(const GridSong& song);

// How much of each bar's rhythm its neighbour has: the share of the positions with an onset in either that have one in
// both, meaned over neighbours of one time signature of which at least one has onsets; 0 … 1, NaN without such bars.
double groove_consistency(const GridSong& song);

// The same as MusPy counts it (after Wu & Yang 2020): 1 − Hamming distance / positions of a bar.  Of its 96 positions
// nearly all are empty in both bars and count as agreement, so that it lies near 1 for any music and the nearer the
// finer the grid; empty bars agree wholly; an empty bar more is counted where the music ends with a bar.  For
// comparison with published figures only.  NaN below two bars.
double muspy_groove_consistency(const GridSong& song);

// Share of the beats (quarters of each bar) in which nothing begins or sounds.
double empty_beat_rate(const GridSong& song);

}  // namespace songscape
