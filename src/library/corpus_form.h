// The course of a song: its bars, who plays in each, and when the voice sings.  Nothing of it depends on the language.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "library/corpus_genres.h"
#include "midi/smf.h"

namespace songscape {

struct Bar {
  int64_t tick = 0;
  bool has_drums = true, has_bass = true, has_chords = true;
};

// A stretch of time in ticks.
struct Window {
  int64_t tick = 0, duration = 0;
  int64_t end() const { return tick + duration; }
};

struct Form {
  int64_t ticks_per_bar = 0;
  std::vector<Bar> bars;
  std::vector<Window> sung;  // one phrase each, in order, with room between them
};

// An introduction, then phrases of about three seconds each followed by a gap of at least half a second, and every
// fourth or so a break in which nobody sings.
Form draw_form(const MidiSong& song, Random& random);

}  // namespace songscape
