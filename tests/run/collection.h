// A small library with what playlists and names are made of: titles, artists, lyrics, labels and the songs' folder.
#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "data/library_index.h"
#include "data/tiny_library.h"
#include "library/catalogue.h"

namespace songscape {

struct CollectedSong {
  std::string path, title = {}, artist = {}, lyrics = {}, genre = {};
  float level = .3f;  // of its mel
  double duration_sec = 61.6;
  bool has_audio = true, is_missing = false;
  int32_t group = -1;  // −1: one of its own
};

inline std::shared_ptr<const LibraryIndex> make_collection(const fs::path& library, const fs::path& music,
                                                           std::vector<CollectedSong> songs) {
  make_folder(library / "segments");
  SegmentWriter segments(library, kTinyId, {});
  IndexContents contents;
  contents.generation = 1;
  contents.library_id = kTinyId;
  contents.mel_reference = "full-scale";
  contents.excerpts = "middle";
  std::ranges::sort(songs, {}, &CollectedSong::path);
  std::set<std::string> genres;
  for (const CollectedSong& s : songs)
    if (!s.genre.empty()) genres.insert(s.genre);
  ColumnEntry column{"genre", ColumnKind::label, {genres.begin(), genres.end()}, {}, {}};
  for (const CollectedSong& s : songs) {
    SongEntry song = append_song(segments, s.path, s.has_audio ? 1 : 0, s.level);
    song.title = s.title;
    song.artist = s.artist;
    song.duration_sec = s.duration_sec;
    song.is_missing = s.is_missing;
    song.group = s.group >= 0 ? s.group : static_cast<int32_t>(1000 + contents.songs.size());
    if (!s.lyrics.empty()) song.lyrics = segments.append(RecordKind::lyrics, song.sha256, s.lyrics);
    contents.songs.push_back(std::move(song));
    column.codes.push_back(s.genre.empty() ? -1
                                           : static_cast<int32_t>(std::distance(genres.begin(), genres.find(s.genre))));
  }
  if (!genres.empty()) contents.columns = {column};
  contents.segments = segments.sync();
  publish_index(library, contents);
  if (!music.empty()) Catalogue::open_for_writing(library, {{"root", music.string()}});
  return std::make_shared<const LibraryIndex>(library);
}

}  // namespace songscape
