// A song on the grid of the vocabulary: what stands between a MIDI song and its tokens.
#pragma once

#include <compare>
#include <vector>

#include "midi/vocabulary.h"

namespace songscape {

inline constexpr int kDrumSteps = 6;  // of every drum hit, whose length says nothing
inline constexpr int kMaxBars = 65536;

struct GridNote {
  int bar = 0, position = 0;  // position in the grid of its bar's time signature
  int program = 0;            // 128: drums
  int pitch = 60;
  int velocity = 16;  // bin
  int duration = 24;  // 24ths of a quarter, one of the vocabulary's; kDrumSteps for drums
  auto operator<=>(const GridNote&) const = default;
};

struct GridBar {
  int time_signature = kFourFour, tempo = 42;  // values of the vocabulary
  int key = -1;                                // 0 … 23, −1 unknown
  bool operator==(const GridBar&) const = default;
};

struct GridChord {
  int bar = 0, position = 0;
  int chord = -1;  // 0 … 47, −1 none, until the next one
  auto operator<=>(const GridChord&) const = default;
};

// Notes are in order of (bar, position, program, pitch), no two of them equal in all four; chords in order, each
// unlike the one before it.  A key that is known stays known.
struct GridSong {
  std::vector<GridBar> bars;
  std::vector<GridNote> notes;
  std::vector<GridChord> chords;
  int melody_program = -1;  // of the track that is the melody, −1 unknown; tokens do not tell it
  bool operator==(const GridSong&) const = default;
};

// Throws Error for a song that breaks the contract above.
void check_grid_song(const GridSong& song);

// Where each bar begins, in 24ths of a quarter from the song's start, and where the last one ends.
std::vector<int64_t> bar_starts(const GridSong& song);
// Where each note begins, in 24ths of a quarter from the song's start.
std::vector<int64_t> note_starts(const GridSong& song);
// In 24ths of a quarter from its bar's start.
int step_in_bar(const GridSong& song, int bar, int position);

}  // namespace songscape
