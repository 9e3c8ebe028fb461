// What can still be read of a damaged library.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "library/catalogue.h"
#include "library/library_writer.h"

namespace songscape {

struct Rescue {
  LibrarySettings settings;
  std::string root;
  std::map<std::string, Content> contents;  // by SHA-256
  std::map<std::string, PathEntry> paths;
  std::map<std::string, LyricsEntry> lyrics;  // by SHA-256
  std::vector<std::pair<std::string, std::string>> duplicates;
  std::map<std::string, ColumnKind> columns;
  std::map<std::string, std::map<std::string, std::string>> labels;  // path, column, value
  std::map<std::string, std::string> failures;
  std::vector<std::pair<std::string, std::string>> warnings;
};

// All of it from a sound catalogue; std::nullopt where there is none.
std::optional<Rescue> rescue_from_catalogue(const std::filesystem::path& library);
// From the song and lyrics records of the segments; paths, labels and which songs there are also from the newest index
// that can be read.  Files are then known by their bytes only: the next ingest hashes them once.
Rescue rescue_from_segments(const std::filesystem::path& library);

// A library's segments, opened leniently: nullptr for one that cannot be opened.
const SegmentReader* find_segment(const std::filesystem::path& library, uint32_t number,
                                  std::map<uint32_t, std::unique_ptr<SegmentReader>>& open);

}  // namespace songscape
