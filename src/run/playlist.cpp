#include "run/playlist.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/single_line.h"
#include "core/text.h"
#include "library/catalogue.h"

namespace songscape {
namespace {

constexpr size_t kMostNamed = 5;

[[noreturn]] void refuse_playlist(ExitCode code, std::string what, const std::string& where, const std::string& seen,
                                  std::string wanted, std::string fix = {}) {
  fail(code, {.what = std::move(what),
              .where = escape_for_terminal(where),
              .seen = escape_for_terminal(seen),
              .wanted = escape_for_terminal(wanted),
              .fix = escape_for_terminal(fix)});
}

bool lies_below(const fs::path& folder, const fs::path& path) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

// The folder that was ingested.
fs::path music_of(const LibraryIndex& library) {
  if (!fs::exists(Catalogue::file(library.path())))
    refuse_playlist(ExitCode::damaged, "the library's catalogue is gone, which knows where the songs lie",
                    Catalogue::file(library.path()).string(), {}, "the library as it was ingested",
                    "ingest the music anew");
  return Catalogue::open_for_reading(library.path()).meta("root").value_or("");
}

std::string title_of(const IndexSong& song) {
  const std::string title = song.title.empty() ? fs::path(song.path).stem().string() : std::string(song.title);
  return single_line(song.artist.empty() ? title : std::string(song.artist) + " - " + title);
}

void warn_of(const std::set<std::string>& paths, const std::string& what) {
  if (paths.empty()) return;
  std::vector<std::string> named;
  for (const std::string& p : paths)
    if (named.size() < kMostNamed) named.push_back(p);
  log_warning(std::to_string(paths.size()) + (paths.size() == 1 ? " song " : " songs ") + what + ": " +
              join(named, ", ") + (paths.size() > kMostNamed ? ", …" : ""));
}

}  // namespace

PlaylistWriter::PlaylistWriter(std::shared_ptr<const LibraryIndex> library, const fs::path& folder,
                               const std::string& path_prefix)
    : library_(std::move(library)), folder_(fs::weakly_canonical(fs::absolute(folder))) {
  const std::string where = library_->path().string();
  if (library_->n_clips() == 0 && library_->n_songs() > 0)
    refuse_playlist(ExitCode::usage, "the library holds texts only, which no playlist can play", where, {},
                    "a library of songs with audio");
  if (lies_below(fs::weakly_canonical(library_->path()), folder_))
    refuse_playlist(ExitCode::usage, "the output lies inside the library", "--output", folder.string(),
                    "a path outside it");
  music_ = music_of(*library_);
  if (path_prefix.empty()) return;
  const size_t equals = path_prefix.find('=');
  if (equals == std::string::npos || equals == 0)
    refuse_playlist(ExitCode::usage, "this is no path prefix", "--path-prefix", path_prefix,
                    "old=new, the songs' folder and what to write in its place",
                    "pass --path-prefix " + music_.string() + "=new");
  has_prefix_ = true;
  old_prefix_ = fs::path(path_prefix.substr(0, equals) + "/").lexically_normal().parent_path().string();
  new_prefix_ = path_prefix.substr(equals + 1);
  if (!lies_below(old_prefix_, music_) && !lies_below(music_, old_prefix_))
    refuse_playlist(ExitCode::usage, "no song lies below this folder", "--path-prefix", old_prefix_,
                    "a folder above the songs, which lie in " + music_.string(),
                    "pass --path-prefix " + music_.string() + "=" + new_prefix_);
}

std::string PlaylistWriter::place_of(const fs::path& file) const {
  std::string place;
  if (has_prefix_ && lies_below(old_prefix_, file)) {
    place = file.lexically_relative(old_prefix_).string();
    const bool is_for_backslashes =
        new_prefix_.find('\\') != std::string::npos && new_prefix_.find('/') == std::string::npos;
    const char slash = is_for_backslashes ? '\\' : '/';
    if (is_for_backslashes) std::ranges::replace(place, '/', '\\');
    if (!new_prefix_.empty()) place = new_prefix_ + (new_prefix_.back() == slash ? "" : std::string(1, slash)) + place;
  } else {
    place = file.lexically_relative(folder_).string();
  }
  return place.starts_with('#') || place.starts_with(' ') ? "./" + place : place;
}

std::string PlaylistWriter::entry(int64_t i) {
  const IndexSong song = library_->song(i);
  const fs::path file = music_ / song.path;
  const std::string place = place_of(file);
  if (!is_valid_utf8(place) || place.find_first_of("\r\n") != std::string::npos) {
    left_out_.emplace(song.path);
    return {};
  }
  std::error_code error;
  if (song.is_missing || !fs::exists(file, error)) gone_.emplace(song.path);
  const int64_t seconds = song.duration_sec > 0 ? std::llround(song.duration_sec) : -1;
  return "#EXTINF:" + std::to_string(seconds) + "," + title_of(song) + "\n" + place + "\n";
}

void PlaylistWriter::write(const std::string& file_name, const std::string& name, std::span<const int64_t> songs) {
  const fs::path file = folder_ / file_name;
  check_new_playlist(file);
  std::string text = "#EXTM3U\n#PLAYLIST:" + single_line(name) + "\n";
  for (const int64_t song : songs) text += entry(song);
  publish_file(file, text);
}

bool PlaylistWriter::warn() const {
  if (!gone_.empty() && !fs::exists(music_))
    log_warning("the songs' folder is not there: " + music_.string() +
                "; --path-prefix writes another one in its place");
  warn_of(gone_, "in the playlist whose file is not there");
  warn_of(left_out_, "left out, since a playlist cannot name the file (a line end, or bytes that are not UTF-8)");
  return left_out_.empty();
}

void check_new_playlist(const fs::path& file) {
  if (file.extension() != ".m3u8")
    refuse_playlist(ExitCode::usage, "a playlist's name ends in .m3u8", "--output", file.string(), "FILE.m3u8");
  if (fs::exists(fs::symlink_status(file)))
    refuse_playlist(ExitCode::usage, "the playlist exists already", file.string(), {}, "a file that is not there yet",
                    "name another, or remove it");
}

bool write_playlist(std::shared_ptr<const LibraryIndex> library, const fs::path& file, const std::string& path_prefix,
                    const std::string& name, std::span<const int64_t> songs) {
  PlaylistWriter writer(std::move(library), file.parent_path().empty() ? "." : file.parent_path(), path_prefix);
  writer.write(file.filename().string(), name, songs);
  return writer.warn();
}

std::string safe_in_file_name(const std::string& text) {
  constexpr size_t kMostBytes = 100;
  std::string out = single_line(text);
  for (char& c : out)
    if (std::string_view("<>:\"/\\|?*").find(c) != std::string_view::npos) c = '_';
  if (out.size() > kMostBytes) {
    out.resize(kMostBytes);
    while (!is_valid_utf8(out)) out.pop_back();
  }
  const auto is_edge = [](char c) { return c == ' ' || c == '.'; };
  while (!out.empty() && is_edge(out.back())) out.pop_back();
  while (!out.empty() && is_edge(out.front())) out.erase(0, 1);
  return out;
}

}  // namespace songscape
