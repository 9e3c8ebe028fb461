// A library as training, serving and other machines read it: the newest valid `index-<generation>` of its folder, an
// immutable checksummed table that is memory-mapped, and the segments that it points into.  Needs no SQLite.
//
// Songs stand sorted by the bytes of their path; clips by (song, clip number).  Clip i is row i of every export.
// Layout of both files: data/index_format.h, data/segment.h.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/token_record.h"

namespace songscape {

inline constexpr int64_t kMelBands = 128;    // rows of a stored mel
inline constexpr int64_t kMelFrames = 1293;  // its columns
inline constexpr int64_t kMelValues = kMelBands * kMelFrames;
inline constexpr int64_t kStoredFeatures = 39;

// Views live as long as the LibraryIndex.
struct IndexSong {
  std::string_view path;    // bytes, relative to the music folder, '/' between parts; not always UTF-8
  std::string_view title;   // UTF-8, empty where unknown
  std::string_view artist;  // UTF-8, empty where unknown
  std::string sha256;       // of the file's bytes, 64 hexadecimal digits
  double duration_sec;      // of the whole song, as decoded
  int32_t group;            // songs of one artist and near-duplicates share it: never split them
  int64_t first_clip;       // its clips are first_clip … first_clip + n_clips − 1
  int64_t n_clips;
  bool has_lyrics;
  bool has_tokens;  // it was MIDI: it has no clips
  bool is_missing;  // its file was not there at the last ingest; its clips are kept
};

struct IndexClip {
  int64_t song;
  int64_t number;          // excerpt number within the song, from 0
  double start_sec;        // in the song
  int32_t n_valid_frames;  // 1 … 1293; the frames after these are padding
};

enum class ColumnKind : uint32_t { label = 0, factor = 1 };

// What a table, the folders or the tags say of each song.
struct IndexColumn {
  std::string_view name;
  ColumnKind kind;
  std::vector<std::string_view> classes;  // label: class names, sorted by bytes
  std::span<const int32_t> codes;         // label: one a song, index into classes, −1 where missing
  std::span<const double> values;         // factor: one a song, NaN where missing
};

class LibraryIndex {
 public:
  // What models of sound and words see is a library without its MIDI, those of tokens its MIDI alone: songs, columns
  // and numbers are then those of that part.
  enum class Songs { all, without_midi, midi };
  // Opens the newest valid generation.  Error `usage` where there is no library; `damaged` where no index is valid, a
  // format is newer than this program, a segment is missing, cut, or belongs to another library or generation: the
  // message names `verify --repair`; also where a library has no song of the part asked for.  Symbolic links
  // inside the folder are refused.
  explicit LibraryIndex(const std::filesystem::path& library, Songs songs = Songs::all);
  ~LibraryIndex();
  LibraryIndex(LibraryIndex&&) noexcept;
  LibraryIndex& operator=(LibraryIndex&&) noexcept;

  int64_t n_songs() const;
  int64_t n_clips() const;
  int64_t n_midi() const;  // songs with tokens, seen or not
  IndexSong song(int64_t i) const;
  IndexClip clip(int64_t i) const;

  const std::vector<IndexColumn>& columns() const;
  const IndexColumn* find_column(std::string_view name) const;  // nullptr where there is none
  std::optional<int64_t> find_song(std::string_view path) const;

  // [128 × 1293] row-major, band-major, on [0, 1].  Safe from many threads.  Error `damaged` names a record whose
  // checksum is wrong.
  void read_mel(int64_t clip, std::span<float> out) const;
  // Reads straight to half precision bits, as stored.
  void read_mel_f16(int64_t clip, std::span<uint16_t> out) const;
  void read_features(int64_t clip, std::span<float, kStoredFeatures> out) const;
  // UTF-8; empty where the song has none.
  std::string read_lyrics(int64_t song) const;
  // Of a song that has them.  Error `damaged` also where they are of another vocabulary than this program's.
  StoredTokens read_tokens(int64_t song) const;

  std::string_view mel_reference() const;  // "full-scale" or "clip"
  std::string_view excerpts() const;       // "middle", "all" or a number, as ingested
  uint64_t generation() const;
  const std::string& library_id() const;  // 32 hexadecimal digits, made once a library
  // SHA-256 over songs (path, bytes), groups, clips and features: equal for equal content, whatever the order of
  // ingest.  `columns_hash` is over the labels and factors.
  const std::string& content_hash() const;
  const std::string& columns_hash() const;
  const std::filesystem::path& path() const;

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace songscape
