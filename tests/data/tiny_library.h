// A library on disk without audio: a few songs whose mels and features follow from their numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/half.h"
#include "data/index_writer.h"
#include "data/segment_writer.h"

namespace songscape {

inline constexpr char kTinyId[] = "000102030405060708090a0b0c0d0e0f";

inline Sha256Digest digest_of(const std::string& text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

// The clip's mel is `level` everywhere, its features level, level + 1, …
inline StoredClip flat_clip(uint32_t number, float level) {
  StoredClip clip;
  clip.number = number;
  clip.n_valid_frames = 1293 - number;
  clip.start_sample = 22050 * int64_t{number};
  clip.mel.assign(128 * 1293, half_from_float(level));
  for (size_t f = 0; f < clip.features.size(); ++f) clip.features[f] = level + static_cast<float>(f);
  return clip;
}

// Without clips and lyrics.
inline SongEntry bare_song(const std::string& path) {
  SongEntry song;
  song.path = path;
  song.sha256 = digest_of(path);
  song.title = "title of " + path;
  return song;
}

inline void append_clip(SegmentWriter& segments, SongEntry& song, const StoredClip& clip) {
  song.duration_sec += 30;
  song.clips.push_back({clip.number, clip.n_valid_frames, clip.start_sample,
                        segments.append(RecordKind::clip, song.sha256, to_payload(clip))});
}

inline SongEntry append_song(SegmentWriter& segments, const std::string& path, uint32_t n_clips, float level) {
  SongEntry song = bare_song(path);
  for (uint32_t c = 0; c < n_clips; ++c) append_clip(segments, song, flat_clip(c, level));
  return song;
}

// A library song by song, published as generation 1.
class TinyLibrary {
 public:
  explicit TinyLibrary(const fs::path& library, const std::string& excerpts = "middle",
                       const std::string& mel_reference = "full-scale")
      : folder_(library), segments_(with_folders(library), kTinyId, {}) {
    contents_.generation = 1;
    contents_.library_id = kTinyId;
    contents_.mel_reference = mel_reference;
    contents_.excerpts = excerpts;
  }
  // A bare song in a group of its own.  Valid until the next one is added.
  SongEntry& add_song(const std::string& path) {
    contents_.songs.push_back(bare_song(path));
    contents_.songs.back().group = static_cast<int32_t>(contents_.songs.size()) - 1;
    return contents_.songs.back();
  }
  // "song107.wav" for 7.
  SongEntry& add_song(int number) { return add_song("song" + std::to_string(100 + number) + ".wav"); }
  void add_clip(SongEntry& song, const StoredClip& clip) { append_clip(segments_, song, clip); }
  void add_lyrics(SongEntry& song, const std::string& words) {
    song.lyrics = segments_.append(RecordKind::lyrics, song.sha256, words);
  }
  void add_tokens(SongEntry& song, const StoredTokens& tokens) { add_payload(song, to_payload(tokens)); }
  void add_payload(SongEntry& song, const std::string& tokens) {
    song.tokens = segments_.append(RecordKind::tokens, song.sha256, tokens);
  }
  // Columns by ascending name.
  IndexContents publish(std::vector<ColumnEntry> columns) {
    contents_.columns = std::move(columns);
    contents_.segments = segments_.sync();
    publish_index(folder_, contents_);
    return contents_;
  }

 private:
  static const fs::path& with_folders(const fs::path& library) {
    make_folder(library / "segments");
    return library;
  }

  fs::path folder_;
  SegmentWriter segments_;
  IndexContents contents_;
};

// Three songs (a: 2 clips at level 0.25, b: 1 at 0.5, c: 1 at 0.75) with a label and a factor, as generation 1.
inline IndexContents make_tiny_library(const fs::path& library) {
  TinyLibrary tiny(library, "all");
  const auto add = [&](const char* path, uint32_t n_clips, float level) -> SongEntry& {
    SongEntry& song = tiny.add_song(path);
    for (uint32_t c = 0; c < n_clips; ++c) tiny.add_clip(song, flat_clip(c, level));
    return song;
  };
  add("a.wav", 2, 0.25f);
  tiny.add_lyrics(add("b.wav", 1, 0.5f), "la la");
  add("c.wav", 1, 0.75f);
  return tiny.publish({{"genre", ColumnKind::label, {"jazz", "rock"}, {1, 0, -1}, {}},
                       {"tempo", ColumnKind::factor, {}, {}, {120.0, std::numeric_limits<double>::quiet_NaN(), 90.5}}});
}

}  // namespace songscape
