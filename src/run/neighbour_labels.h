// How often a song's nearest songs carry its label: what `similar` finds, by a number.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "data/library_index.h"
#include "report/table.h"
#include "run/labels.h"

namespace songscape {

inline constexpr int64_t kNearestJudged = 10;  // neighbours a song
inline constexpr int64_t kMostAsked = 2000;    // songs whose neighbours are sought; of more, as many, evenly taken

struct NeighbourRow {
  std::string features, label;
  int64_t n_songs = 0;  // that are searched among
  double by_direction =
      0;                   // share of the nearest by direction from the mean (as run/song_space.h) that share the label
  double by_distance = 0;  // by Euclidean distance
  double chance = 0;       // of all that are searched among
};

// One a label that two of `songs` have, of the library's songs laid out as in `places` [n_songs × d].  Songs of one
// artist and near-duplicates are never neighbours: that they are alike tells nothing of the label.
std::vector<NeighbourRow> judge_neighbours(const std::string& features, MatrixView places, const LibraryIndex& library,
                                           std::span<const int64_t> songs, const std::vector<SongLabel>& labels);

Table neighbour_table(const std::vector<NeighbourRow>& rows);

}  // namespace songscape
