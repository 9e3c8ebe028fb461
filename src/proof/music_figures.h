// A piece of music as the numbers that generated and real music are compared by.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "midi/grid_song.h"

namespace songscape {

// Names in the order of music_figures(); the first kNumRepetitions tell how much a piece repeats itself.
inline constexpr size_t kNumRepetitions = 8;
std::span<const std::string_view> music_figure_names();

// NaN where the piece has nothing to tell it from.
std::vector<double> music_figures(const GridSong& song);

}  // namespace songscape
