// A damaged library made whole again, as a copy: never in place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace songscape {

struct RepairReport {
  int64_t n_songs = 0, n_clips = 0;  // in the copy
  bool from_catalogue = true;        // false: from the song records of the segments, and labels of an index
  std::vector<std::string> lost;  // paths of songs with a damaged record: the next ingest into the copy makes them anew
};

// Copies every song whose records are all sound to a new library at `copy` (where nothing may be yet), with the labels,
// lyrics, groups and failures that can be read.  Error `usage` where `copy` is in use.
RepairReport repair_library(const std::filesystem::path& library, const std::filesystem::path& copy);

}  // namespace songscape
