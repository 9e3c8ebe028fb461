// How many notes of one song another one has.
#pragma once

#include "midi/grid_song.h"

namespace songscape {

struct NoteMatchOptions {
  int tolerance = 0;        // of onsets, in 24ths of a quarter
  bool by_program = false;  // notes of different programs are different; drums always are
};

struct NoteMatch {
  int64_t n_matched = 0, n_truth = 0, n_found = 0;
  double precision = 0, recall = 0, f1 = 0;  // 0 … 1; all 1 where both are empty, all 0 where one is
};

// The greatest number of pairs of a note each with equal pitch and onsets no further apart than the tolerance.
NoteMatch match_notes(const GridSong& truth, const GridSong& found, NoteMatchOptions options = {});

}  // namespace songscape
