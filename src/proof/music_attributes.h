// What can be told of a window of music without any model: what its latent variables may hold.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "metrics/factor.h"
#include "midi/grid_song.h"

namespace songscape {

struct MusicAttribute {
  std::string name;
  // Of a hierarchical model's levels, the one that is meant to hold it; empty where none is.
  std::string level;
  FactorKind kind = FactorKind::continuous;
};
const std::vector<MusicAttribute>& music_attributes();

// In their order, NaN where the music has none.  Key, tempo and time signature are those of the first bar; the first
// chord is estimated where the music carries no chords; timing is in 24ths of a quarter from the nearest 16th.
std::vector<double> attribute_values(const GridSong& song);

// A factor for each attribute, a value a piece.
std::vector<Factor> music_factors(std::span<const GridSong> music);

}  // namespace songscape
