// Publishes one generation of a library's index (layout: data/index_format.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/library_index.h"
#include "data/segment.h"
#include "data/segment_writer.h"

namespace songscape {

struct ClipEntry {
  uint32_t number = 0;
  uint32_t n_valid_frames = 0;
  int64_t start_sample = 0;
  RecordPlace place;
};

struct SongEntry {
  Sha256Digest sha256{};
  std::string path, title, artist;
  double duration_sec = 0;
  int32_t group = 0;
  bool is_missing = false;
  std::optional<RecordPlace> lyrics, tokens;
  std::vector<ClipEntry> clips;  // by number
};

struct ColumnEntry {
  std::string name;
  ColumnKind kind = ColumnKind::label;
  std::vector<std::string> classes;  // label: sorted
  std::vector<int32_t> codes;        // label: one a song
  std::vector<double> values;        // factor: one a song
};

struct IndexContents {
  uint64_t generation = 0;
  std::string library_id, mel_reference, excerpts;
  std::vector<SongEntry> songs;  // sorted by path
  std::vector<ColumnEntry> columns;
  std::vector<SegmentLength> segments;
};

// The bytes of an index file.
std::string serialize_index(const IndexContents& contents);

// Writes `index-<generation>` whole and removes all but this one and the one before.
void publish_index(const std::filesystem::path& library, const IndexContents& contents);

std::filesystem::path index_path(const std::filesystem::path& library, uint64_t generation);
// Generations whose files are there, newest first.
std::vector<uint64_t> list_generations(const std::filesystem::path& library);

}  // namespace songscape
