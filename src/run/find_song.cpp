#include "run/find_song.h"

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr size_t kMostShown = 5;

[[noreturn]] void refuse_name(const std::string& what, const std::string& name, const std::string& wanted,
                              const std::string& fix) {
  fail(ExitCode::usage, {.what = what,
                         .where = {},
                         .seen = escape_for_terminal(name),
                         .wanted = escape_for_terminal(wanted),
                         .fix = escape_for_terminal(fix)});
}

std::vector<std::string> names_of(const IndexSong& song) {
  const fs::path path(song.path);
  std::vector<std::string> names = {path.filename().string(), path.stem().string()};
  if (!song.title.empty()) names.emplace_back(song.title);
  return names;
}

bool has_name(const IndexSong& song, const std::string& name) {
  const std::vector<std::string> names = names_of(song);
  return std::ranges::find(names, name) != names.end();
}

[[noreturn]] void refuse_unknown_song(const LibraryIndex& library, const std::string& name) {
  std::vector<std::string> known;
  for (int64_t i = 0; i < library.n_songs(); ++i) {
    const IndexSong song = library.song(i);
    known.emplace_back(song.path);
    for (std::string& n : names_of(song)) known.push_back(std::move(n));
  }
  const auto near = nearest_name(name, known);
  refuse_name(
      "the library has no such song", name, "a song's path, or a file name or title that one song alone has",
      near ? "did you mean '" + *near + "'?"
           : "'songscape export labels --library " + library.path().string() + " --output songs.csv' lists them");
}

}  // namespace

int64_t find_song(const LibraryIndex& library, const std::string& name) {
  if (const auto song = library.find_song(name)) return *song;
  std::vector<int64_t> songs;
  for (int64_t i = 0; i < library.n_songs(); ++i)
    if (has_name(library.song(i), name)) songs.push_back(i);
  if (songs.size() == 1) return songs.front();
  if (songs.empty()) refuse_unknown_song(library, name);
  std::vector<std::string> paths;
  for (size_t i = 0; i < std::min(songs.size(), kMostShown); ++i) paths.emplace_back(library.song(songs[i]).path);
  refuse_name(std::to_string(songs.size()) + " songs have this name", name,
              "a song's path: " + join(paths, ", ") + (songs.size() > kMostShown ? ", …" : ""), {});
}

}  // namespace songscape
