// What a music folder holds: the files to ingest, and what was passed over and why.
//
// Rules.  A file is a candidate where its name ends as audio or MIDI files do (any case); names that start with '.' are
// passed over.  Symbolic links are passed over and counted; with follow_links they are followed, also out
// of the folder, each folder once on any way down.  A folder, FIFO, socket or device named like such a file is a
// failure (the folder is entered all the same).  A folder that cannot be read is a failure.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "library/catalogue.h"

namespace songscape {

struct Candidate {
  std::string path;  // bytes, relative to the folder, '/' between parts
  FileStamp stamp;
};

struct WalkResult {
  std::vector<Candidate> candidates;                       // by path bytes
  std::map<std::string, std::string> failures;             // path, reason
  std::map<std::string, std::vector<std::string>> lyrics;  // path without extension: .txt before .lrc
  std::vector<std::string> unread_folders;                 // what lies below them is unknown, not gone
  int64_t n_other = 0;                                     // files that are no songs by name
  int64_t n_links = 0;                                     // links passed over
};

const std::vector<std::string>& audio_extensions();  // "wav", "flac", …
bool has_audio_name(std::string_view name);
bool has_midi_name(std::string_view name);                  // .mid .midi .rmi .kar
bool has_song_name(std::string_view name);                  // either
std::string_view without_extension(std::string_view path);  // of the last part

// Error `usage` where `root` is no folder that can be read.
WalkResult walk_music(const std::filesystem::path& root, bool follow_links);

// std::nullopt where there is no regular file (any more).
std::optional<FileStamp> stamp_of(const std::filesystem::path& file, bool follow_links);

}  // namespace songscape
