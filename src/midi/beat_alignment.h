// Where the beats and bars of a song lie among its ticks: as its file says, or found from its notes where these are a
// performance that lies beside the tick grid (docs/vocabulary.md tells how, and how often it is right).
#pragma once

#include <vector>

#include "midi/smf.h"
#include "midi/vocabulary.h"

namespace songscape {

struct BeatGrid {
  // Of steps 0, 24, 48 … (24ths of a quarter): at least two, ascending.  Before and behind them goes on what the two at
  // that end say.  Step 0 begins a bar, at or before the first note.
  std::vector<double> quarter_ticks;
  std::vector<int> bars = {kFourFour};  // time signatures from step 0 on; the last one goes on
  bool is_of_file = true;
  double beat_confidence = 0, bar_confidence = 0;  // 0 … 1: that a beat, a bar begins where it is said

  double to_step(double tick) const;
  double to_tick(double step) const;
};

// What the file says.  A time signature takes effect at the next bar; one that the vocabulary has not is taken as the
// one with as long a bar, or as 4/4.
BeatGrid beats_of_file(const MidiSong& song);

// From the notes alone.  The beat lasts a quarter's ticks: its phase is sought, and may drift or jump.
BeatGrid estimate_beats(const MidiSong& song);

// The file's beats where the notes lie on them or the song has more than 20,000 quarters, else estimated ones.  A time
// signature of 1/4 is taken as none: it is what recorders write that know no bars.
BeatGrid find_beats(const MidiSong& song);

}  // namespace songscape
