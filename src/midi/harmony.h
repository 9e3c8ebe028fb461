// Key and chords of a song, from its notes, with confidences from 0 to 1.
#pragma once

#include <array>
#include <vector>

#include "midi/beat_alignment.h"
#include "midi/grid_song.h"
#include "midi/smf.h"

namespace songscape {

// Time that each pitch class sounds, drums apart.
std::array<double, 12> pitch_class_durations(const GridSong& song);

struct KeyEstimate {
  int key = -1;  // 0 … 23; −1 where there is no pitched note
  double confidence = 0;
};
KeyEstimate estimate_key(const GridSong& song);

struct ChordEstimate {
  std::vector<GridChord> chords;  // as GridSong has them
  double confidence = 0;          // share of the pitched sound that belongs to the chord of its place
};
// One chord a beat at most: the likeliest sequence of a hidden Markov model of 49 states.
ChordEstimate estimate_chords(const GridSong& song);

// The chord of each beat (24 steps; the last one of a bar may be shorter), −1 none.
struct BeatChord {
  int bar = 0;
  int step = 0;  // from the bar's start
  int chord = -1;
};
std::vector<BeatChord> chords_of_beats(const GridSong& song);

}  // namespace songscape
