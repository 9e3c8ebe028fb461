#include "text/lyrics.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "text/decode_text.h"
#include "text/lrc.h"

namespace songscape {
namespace {

constexpr size_t kMaxWarnings = 20;

[[noreturn]] void fail_too_large() {
  throw LyricsFailure("lyrics of over " + std::to_string(kMaxLyricsBytes >> 20) + " MiB");
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\n\v\f") == std::string_view::npos; }

void cap_warnings(std::vector<std::string>& warnings) {
  if (warnings.size() <= kMaxWarnings) return;
  const size_t n_more = warnings.size() - kMaxWarnings;
  warnings.resize(kMaxWarnings);
  warnings.push_back("and " + std::to_string(n_more) + " more");
}

}  // namespace

Lyrics parse_lyrics(std::string_view bytes, LyricsFormat format, bool is_strict) {
  if (bytes.size() > kMaxLyricsBytes) fail_too_large();
  DecodedText decoded = decode_text(bytes);
  if (is_strict && !decoded.warnings.empty()) throw LyricsFailure(decoded.warnings.front());
  Lyrics out{with_unix_lines(decoded.text), std::move(decoded.warnings)};
  if (out.text.find('\0') != std::string::npos)
    out.warnings.push_back("it has NUL bytes: UTF-16 or UTF-32 without a byte-order mark?");
  if (format == LyricsFormat::lrc) {
    LrcText lrc = parse_lrc(out.text);
    out.text = std::move(lrc.text);
    std::move(lrc.warnings.begin(), lrc.warnings.end(), std::back_inserter(out.warnings));
  }
  cap_warnings(out.warnings);
  if (is_blank(out.text)) out.text.clear();
  return out;
}

Lyrics read_lyrics_file(const fs::path& path, bool is_strict) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) throw LyricsFailure("not a regular file");
  if (fs::file_size(path, error) > kMaxLyricsBytes) fail_too_large();
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string bytes;
  try {
    bytes = read_file(path, kMaxLyricsBytes);
  } catch (const Error& e) {
    throw LyricsFailure(e.parts().what + " (" + e.parts().seen + ")");
  }
  return parse_lyrics(bytes, extension == ".lrc" ? LyricsFormat::lrc : LyricsFormat::plain, is_strict);
}

}  // namespace songscape
