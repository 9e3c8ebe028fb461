// Segments of a library: append-only files of feature records, `segments/NNNNNN.seg`.  Little-endian.
//
//   file    64-byte header: magic, version, number, library id, CRC
//   record  64-byte header: magic, kind, payload length, generation, SHA-256 of the song's bytes, CRC-32C of the
//   payload
//           and of the header; then the payload, padded with zeros to a multiple of 64
//
// A record's generation is that of the first index that may name it, so a reader can tell the tail that a crash left
// (newest index + 1) from segments that are newer than the index.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"

namespace songscape {

enum class RecordKind : uint32_t { clip = 1, song = 2, lyrics = 3, tokens = 4 };

struct RecordPlace {
  uint32_t segment = 0;
  uint64_t offset = 0;  // of the record's header
  uint32_t crc = 0;     // of the payload
  bool operator==(const RecordPlace&) const = default;
};

struct RecordHeader {
  RecordKind kind;
  uint64_t n_bytes;  // of the payload
  uint64_t generation;
  Sha256Digest song;
  uint32_t crc;  // of the payload
};

inline constexpr uint64_t kRecordAlignment = 64;
inline constexpr uint64_t kSegmentHeaderBytes = 64;
// Bytes that a record with this payload takes.
constexpr uint64_t record_bytes(uint64_t n_payload) {
  return kRecordAlignment + (n_payload + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
}

// What a clip's record holds.
struct StoredClip {
  uint32_t number = 0;
  uint32_t n_valid_frames = 0;
  int64_t start_sample = 0;
  float reference_db = 0;
  std::array<float, 39> features{};
  std::vector<uint16_t> mel;  // [128 × 1293] half precision
};
std::string to_payload(const StoredClip& clip);
inline constexpr uint64_t kClipPayloadBytes = 192 + 2 * 128 * 1293;
inline constexpr uint64_t kClipFeaturesAt = 24;  // 39 floats
inline constexpr uint64_t kClipMelAt = 192;

std::filesystem::path segment_path(const std::filesystem::path& library, uint32_t number);
// A regular file that begins as a segment does; of whatever library and version.
bool has_segment_header(const std::filesystem::path& file);

// One segment, open for reading by pread: safe from many threads, and a cut file is an error, not a signal.
class SegmentReader {
 public:
  // Error `damaged` where the file is missing, not a regular file, a link, of another library or of a newer version.
  // `library_id` empty: of any library and with a damaged header too, for rescue.
  SegmentReader(const std::filesystem::path& library, uint32_t number, const std::string& library_id);
  ~SegmentReader();
  SegmentReader(SegmentReader&& other) noexcept;
  SegmentReader& operator=(SegmentReader&&) = delete;

  uint64_t size() const;  // of the file, now
  // Records are about to be read in any order: the system then reads nothing beyond each.
  void expect_scattered_reads() const;
  // std::nullopt where no sound record header stands there.
  std::optional<RecordHeader> header_at(uint64_t offset) const;
  // Part of a payload, unchecked.
  void read(uint64_t offset, std::span<std::byte> out) const;
  // A whole payload, checked; std::nullopt where header or payload is damaged.
  std::optional<std::string> payload_at(uint64_t offset) const;
  // Every record with a sound header from `from` on.  What lies between is searched for the next header where
  // `skip_damage`, else the walk ends there.  visit returns false to stop.  Returns where the walk ended.
  uint64_t walk(uint64_t from, bool skip_damage, const std::function<bool(uint64_t, const RecordHeader&)>& visit) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace songscape
