// What pitches music uses.  Drums are left out; NaN without a pitched note.
#pragma once

#include <array>
#include <span>

#include "midi/grid_song.h"

namespace songscape {

using PitchClasses = std::array<double, 12>;

// Share of the notes in each pitch class; over several songs, of all their notes.
PitchClasses pitch_class_distribution(std::span<const GridSong> songs);
PitchClasses pitch_class_distribution(const GridSong& song);

// Half the sum of absolute differences, 0 … 1.
double total_variation(const PitchClasses& p, const PitchClasses& q);
// Jensen–Shannon divergence in bits, 0 … 1.
double jensen_shannon(const PitchClasses& p, const PitchClasses& q);

// Entropy in bits, 0 … log2 12.
double pitch_class_entropy(const GridSong& song);
// Greatest share of the notes in one major or natural minor scale (Mogren 2016), 7/12 … 1 in expectation.
double scale_consistency(const GridSong& song);

int n_pitch_classes(const GridSong& song);  // 0 without a note
int n_pitches(const GridSong& song);
int pitch_range(const GridSong& song);  // highest less lowest pitch; 0 without a note

}  // namespace songscape
