// How much music repeats itself.
#pragma once

#include <span>
#include <vector>

#include "midi/grid_song.h"

namespace songscape {

// Longest stretch of equal values; 0 for none.
int64_t longest_run(std::span<const int> values);
// Share of the n-grams that are distinct, above 0 … 1; NaN where there is none.
double distinct_n(std::span<const int> values, size_t n);

struct LongestRuns {
  int64_t notes = 0;   // of one program that follow each other with the same pitch and length
  int64_t bars = 0;    // that are not empty and hold the same notes, velocities apart
  int64_t tokens = 0;  // of to_tokens()
};
LongestRuns longest_runs(const GridSong& song);

// For distinct_n: the pitches of the pitched notes in order, and the tokens.
std::vector<int> pitch_sequence(const GridSong& song);
std::vector<int> token_sequence(const GridSong& song);

}  // namespace songscape
