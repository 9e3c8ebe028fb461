// The phase of the beat through a song: a hidden Markov model whose states are 96 phases, a slice of a quarter's ticks
// at a time.
#pragma once

#include <vector>

#include "midi/smf.h"

namespace songscape {

struct Onset {
  double quarter = 0;  // tick / ticks_per_quarter
  double weight = 1;
};

// All notes' onsets, in order; low and long notes weigh more, cymbals less.
std::vector<Onset> find_onsets(const MidiSong& song);

struct BeatPath {
  std::vector<double> beats;  // in quarters of the tick grid, ascending, .5 to 1.5 apart; at least two
  double log_likelihood = 0;  // of the onsets, less what changes of phase cost
  double half_margin = 0;     // log-likelihood above that of the same path half a beat later
  double margin = 0;          // log-likelihood above the best of the same path begun a half, third or quarter later
};

BeatPath track_beats(const std::vector<Onset>& onsets);

// Of the onsets, if beats lay on the ticks throughout.
double log_likelihood_on_ticks(const std::vector<Onset>& onsets);

}  // namespace songscape
