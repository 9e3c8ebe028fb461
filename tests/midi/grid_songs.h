// Songs on the grid for tests: small ones of given notes, and ones drawn at random.
#pragma once

#include <algorithm>
#include <set>

#include "core/random.h"
#include "midi/grid_song.h"

namespace songscape {

// Bars of 4/4 in C major; the notes in any order.
inline GridSong grid_song(int n_bars, std::vector<GridNote> notes) {
  GridSong song;
  song.bars.assign(static_cast<size_t>(n_bars), {kFourFour, 42, 0});
  std::sort(notes.begin(), notes.end());
  song.notes = std::move(notes);
  return song;
}

inline GridSong random_grid_song(Random& random) {
  GridSong song;
  const int64_t n_bars = 1 + random.below(12);
  for (int64_t i = 0; i < n_bars; ++i) {
    GridBar bar =
        i > 0 ? song.bars.back()
              : GridBar{static_cast<int>(random.below(kNumTimeSignatures)), static_cast<int>(random.below(kNumTempi)),
                        static_cast<int>(random.below(kNumKeys + 1)) - 1};
    if (random.below(4) == 0) bar.time_signature = static_cast<int>(random.below(kNumTimeSignatures));
    if (random.below(4) == 0) bar.tempo = static_cast<int>(random.below(kNumTempi));
    if (random.below(4) == 0) bar.key = static_cast<int>(random.below(kNumKeys));
    song.bars.push_back(bar);
  }
  const auto place = [&] {
    const auto bar = random.below(n_bars);
    const auto& signature = time_signature_of(song.bars[static_cast<size_t>(bar)].time_signature);
    return std::pair{static_cast<int>(bar), static_cast<int>(random.below(signature.n_positions()))};
  };
  std::set<std::tuple<int, int, int, int>> notes;
  for (int64_t i = random.below(120); i > 0; --i) {
    const auto [bar, position] = place();
    constexpr int kPrograms[] = {0, 1, 40, 127, kDrumProgram};
    notes.insert({bar, position, kPrograms[random.below(5)], static_cast<int>(random.below(128))});
  }
  for (const auto& [bar, position, program, pitch] : notes) {
    const int duration = duration_of(static_cast<int>(random.below(kNumDurations)));
    song.notes.push_back({bar, position, program, pitch, static_cast<int>(random.below(kNumVelocities)),
                          program == kDrumProgram ? kDrumSteps : duration});
  }
  std::set<std::pair<int, int>> chords;
  for (int64_t i = random.below(10); i > 0; --i) chords.insert(place());
  for (const auto& [bar, position] : chords) {
    const int chord = static_cast<int>(random.below(kNumChords + 1)) - 1;
    if (song.chords.empty() || song.chords.back().chord != chord) song.chords.push_back({bar, position, chord});
  }
  return song;
}

}  // namespace songscape
