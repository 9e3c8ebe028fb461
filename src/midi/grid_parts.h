// Songs on the grid cut into pieces of some bars, and joined again.
#pragma once

#include "midi/grid_song.h"

namespace songscape {

// Bars first … first + n_bars − 1 as a song of their own, which are bars of the song.  A chord that holds when they
// begin stands at their beginning; a note that outlasts them keeps its length.
GridSong cut_bars(const GridSong& song, int first, int n_bars);

// `more` behind the bars of `song`.  Where it knows no key, the last one known goes on; where it has no chord at its
// beginning, the last one ends there.
void append_bars(GridSong& song, const GridSong& more);

}  // namespace songscape
