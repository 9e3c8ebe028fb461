// Which beats begin bars, from what begins there: bass notes, long notes, new harmony, drums.
#pragma once

#include <vector>

#include "midi/smf.h"

namespace songscape {

struct BarPath {
  int beats_per_bar = 4;          // 3 or 4
  std::vector<size_t> downbeats;  // indices of beats, ascending, at least one, at most 2 · beats_per_bar − 1 apart
  double margin = 0;              // of the evidence for these over the next best, in standard errors
};

// `beats` in ticks, ascending, at least two.
BarPath track_bars(const MidiSong& song, const std::vector<double>& beats);

// By how much more the same evidence speaks for bars that begin half a beat later, in standard errors.
double evidence_for_half_a_beat_later(const MidiSong& song, const std::vector<double>& beats);

}  // namespace songscape
