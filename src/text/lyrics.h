// Lyrics of one song, from a .txt or .lrc file or from the song's own tags.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct Lyrics {
  std::string text;                   // UTF-8, LF line ends; empty: no lyrics (also where there is only white space)
  std::vector<std::string> warnings;  // at most 20, then how many more
};

// Why a lyrics file is rejected (outcome F of bad input).
class LyricsFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class LyricsFormat { plain, lrc };

inline constexpr size_t kMaxLyricsBytes = size_t{8} << 20;

// Throws LyricsFailure above kMaxLyricsBytes and, where is_strict, for bytes that are not Unicode text.
Lyrics parse_lyrics(std::string_view bytes, LyricsFormat format, bool is_strict);

// A regular file; .lrc by its name, else plain.  LyricsFailure also where it cannot be read.
Lyrics read_lyrics_file(const std::filesystem::path& path, bool is_strict);

}  // namespace songscape
