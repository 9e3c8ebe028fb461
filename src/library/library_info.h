// What a library holds, for `info`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/library_index.h"

namespace songscape {

struct ColumnInfo {
  std::string name;
  ColumnKind kind;
  int64_t n_songs = 0;                                  // that have a value
  std::vector<std::pair<std::string, int64_t>> counts;  // label: songs a class, most first
  double low = 0, high = 0, mean = 0;                   // factor
};

struct LibraryInfo {
  int64_t n_songs = 0, n_clips = 0, n_midi = 0, n_missing = 0, n_with_lyrics = 0, n_groups = 0;
  double duration_hours = 0;
  std::string mel_reference, excerpts, content_hash, columns_hash, root;
  uint64_t generation = 0;
  std::vector<ColumnInfo> columns;
  std::map<std::string, std::string> failures;                // path, reason
  std::vector<std::pair<std::string, std::string>> warnings;  // path, text
};

LibraryInfo describe_library(const std::filesystem::path& library);

}  // namespace songscape
