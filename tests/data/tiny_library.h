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

inline SongEntry append_song(SegmentWriter& segments, const std::string& path, int n_clips, float level) {
  SongEntry song;
  song.path = path;
  song.sha256 = digest_of(path);
  song.title = "title of " + path;
  song.duration_sec = 30.0 * n_clips;
  for (int c = 0; c < n_clips; ++c) {
    const StoredClip clip = flat_clip(static_cast<uint32_t>(c), level);
    song.clips.push_back({clip.number, clip.n_valid_frames, clip.start_sample,
                          segments.append(RecordKind::clip, song.sha256, to_payload(clip))});
  }
  return song;
}

// Three songs (a: 2 clips at level 0.25, b: 1 at 0.5, c: 1 at 0.75) with a label and a factor, as generation 1.
inline IndexContents make_tiny_library(const fs::path& library) {
  make_folder(library / "segments");
  SegmentWriter segments(library, kTinyId, {});
  IndexContents contents;
  contents.generation = 1;
  contents.library_id = kTinyId;
  contents.mel_reference = "full-scale";
  contents.excerpts = "all";
  contents.songs = {append_song(segments, "a.wav", 2, 0.25f), append_song(segments, "b.wav", 1, 0.5f),
                    append_song(segments, "c.wav", 1, 0.75f)};
  contents.songs[1].lyrics = segments.append(RecordKind::lyrics, contents.songs[1].sha256, "la la");
  for (int i = 0; i < 3; ++i) contents.songs[static_cast<size_t>(i)].group = i;
  contents.columns = {{"genre", ColumnKind::label, {"jazz", "rock"}, {1, 0, -1}, {}},
                      {"tempo", ColumnKind::factor, {}, {}, {120.0, std::numeric_limits<double>::quiet_NaN(), 90.5}}};
  contents.segments = segments.sync();
  publish_index(library, contents);
  return contents;
}

}  // namespace songscape
