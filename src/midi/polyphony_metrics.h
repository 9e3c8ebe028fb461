// How many pitches sound at once, drums left out; a pitch that several programs play counts once.
#pragma once

#include "midi/grid_song.h"

namespace songscape {

struct Polyphony {
  double mean = 0;        // over the 24ths in which any pitch sounds
  double rate = 0;        // share of the 24ths from the start to the last end in which at least two sound
  double muspy_rate = 0;  // the same as MusPy 0.5 counts it: at least three
};

// NaN without a pitched note.
Polyphony polyphony(const GridSong& song);

}  // namespace songscape
