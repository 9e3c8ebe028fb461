// A library's label columns, as groupings and figures use them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/library_index.h"

namespace songscape {

struct SongLabel {
  std::string name;
  std::vector<std::string> classes;
  std::vector<int32_t> codes;  // one a song, −1 where missing
};

// The label columns that can judge a grouping: 2 classes or more, and fewer classes than songs that have one.
std::vector<SongLabel> song_labels(const LibraryIndex& library);
const SongLabel* find_label(const std::vector<SongLabel>& labels, const std::string& name);

// `asked` where the library has it (Error `usage` naming the nearest where not); else genre, else the first label that
// is no guess, else nothing.
std::string primary_label(const std::vector<SongLabel>& labels, const std::string& asked);

}  // namespace songscape
