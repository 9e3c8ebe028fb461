// The bytes of a segment file (see data/segment.h).
#pragma once

#include <array>
#include <cstdint>

#include "core/hash.h"

namespace songscape {

inline constexpr char kSegmentMagic[9] = "SSCSEG\r\n";
inline constexpr uint32_t kSegmentVersion = 1;
inline constexpr uint32_t kRecordMagic = 0x52435353;  // "SSCR"

struct SegmentFileHeader {
  char magic[8];
  uint32_t version;
  uint32_t number;
  std::array<uint8_t, 16> library_id;
  std::array<uint8_t, 28> reserved;
  uint32_t crc;  // of the bytes before it
};
static_assert(sizeof(SegmentFileHeader) == 64);

struct SegmentRecordHeader {
  uint32_t magic;
  uint32_t kind;
  uint64_t n_bytes;
  uint64_t generation;
  Sha256Digest song;
  uint32_t payload_crc;
  uint32_t header_crc;  // of the bytes before it
};
static_assert(sizeof(SegmentRecordHeader) == 64);

}  // namespace songscape
