// The bytes of an index file, `index-NNNNNNNNNN`, little-endian: this header, then sections that start at multiples of
// 8 (songs, clips, columns, class names, codes and values, segments, strings), then 4 bytes of zeros and a CRC-32C of
// all that stands before it.  A library without tokens has version 1; version 2 has IndexTokensHeader behind the
// header, counted in header_bytes, and a section of tokens.
#pragma once

#include <array>
#include <cstdint>

#include "core/hash.h"

namespace songscape {

inline constexpr char kIndexMagic[9] = "SSCIDX\r\n";
inline constexpr uint32_t kIndexVersion = 2;  // the newest; without tokens 1 is written

struct StringRef {
  uint64_t at;  // in the strings section
  uint64_t n_bytes;
};

struct IndexHeader {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t generation;
  uint64_t file_bytes;
  std::array<uint8_t, 16> library_id;
  uint64_t n_songs, n_clips, n_columns, n_segments;
  uint64_t songs_at, clips_at, columns_at, segments_at, strings_at, strings_bytes;
  StringRef mel_reference, excerpts;
  Sha256Digest content_hash, columns_hash;
};
static_assert(sizeof(IndexHeader) == 224);

struct IndexTokensHeader {
  uint64_t n_tokens;  // rows
  uint64_t tokens_at;
};
static_assert(sizeof(IndexTokensHeader) == 16);

inline constexpr uint32_t kSongHasLyrics = 1, kSongIsMissing = 2;
struct IndexSongRow {
  Sha256Digest sha256;
  StringRef path, title, artist;
  double duration_sec;
  int32_t group;
  uint32_t flags;
  uint64_t first_clip, n_clips;
  uint64_t lyrics_offset;  // of a lyrics record
  uint32_t lyrics_segment;
  uint32_t lyrics_crc;
};
static_assert(sizeof(IndexSongRow) == 128);

struct IndexClipRow {
  uint64_t song;
  uint64_t offset;  // of a clip record
  int64_t start_sample;
  uint32_t number, n_valid_frames, segment, crc;
};
static_assert(sizeof(IndexClipRow) == 40);

// Of a song that was MIDI; by ascending song.
struct IndexTokensRow {
  uint64_t song;
  uint64_t offset;  // of a tokens record
  uint32_t segment, crc;
};
static_assert(sizeof(IndexTokensRow) == 24);

struct IndexColumnRow {
  StringRef name;
  uint32_t kind, reserved;
  uint64_t n_classes;
  uint64_t classes_at;  // n_classes StringRefs
  uint64_t values_at;   // n_songs int32 codes, or doubles
};
static_assert(sizeof(IndexColumnRow) == 48);

struct IndexSegmentRow {
  uint64_t number, n_bytes;
};

}  // namespace songscape
