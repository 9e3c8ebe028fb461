// The last step of an ingest: which lyrics each song has.  In order: --lyrics DIR (by relative path without extension,
// or by the file's stem where one song has it), .txt or .lrc beside the song, the song's own tags.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "library/library_writer.h"
#include "library/walk.h"

namespace songscape {

struct LyricsOptions {
  std::filesystem::path music;
  std::filesystem::path folder;  // empty: none
  bool is_strict = false;
};

struct LyricsOutcome {
  std::map<std::string, std::string> failures;                // file, reason
  std::vector<std::pair<std::string, std::string>> warnings;  // file, text
  int64_t n_songs_with_lyrics = 0;
};

// Appends a record for every song whose lyrics are not those of the library yet, and commits them.  Lyrics from an
// earlier --lyrics DIR stay where nothing else is found.  The label kLanguageGuessColumn (text/language_guess.h)
// follows the lyrics; a table's own cell of that name stays while they do.
LyricsOutcome update_lyrics(LibraryWriter& writer, const WalkResult& walk, const LyricsOptions& options);

}  // namespace songscape
