// How much of a piece of music stands in others already: those that a model was trained on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "midi/grid_song.h"

namespace songscape {

// Shares; NaN where the piece has nothing to compare.
struct Novelty {
  // Of the piece's n-grams of notes, those that its nearest song holds: time since the note before, pitch, length, each
  // program's notes by themselves; and the same with intervals for pitches.
  double nearest_overlap = 0, nearest_overlap_transposed = 0;
  int64_t nearest_song = -1, nearest_song_transposed = -1;  // index; −1 without one
  // Of the piece's bars with at least kLeastNotesOfBar notes, those that stand in any song, in time, pitch and length;
  // and the same by their pitches' distances from the bar's lowest.
  double copied_bars = 0, copied_bars_transposed = 0;
};

// The songs to compare with, kept as 64-bit hashes.
class KnownSongs {
 public:
  static constexpr int kLeastNotesOfBar = 4;

  explicit KnownSongs(std::span<const GridSong> songs, size_t n = 8);
  Novelty novelty(const GridSong& song) const;

 private:
  struct Gram {
    uint64_t hash;
    int32_t song;
    auto operator<=>(const Gram&) const = default;
  };
  std::pair<double, int64_t> nearest(const std::vector<uint64_t>& grams, const std::vector<Gram>& known) const;

  size_t n_, n_songs_;
  std::vector<Gram> grams_, grams_transposed_;    // sorted, once a song
  std::vector<uint64_t> bars_, bars_transposed_;  // sorted
};

}  // namespace songscape
