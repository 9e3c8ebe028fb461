// The writing side of data/segment.h: one writer a library, under its lock.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "data/segment.h"

namespace songscape {

struct SegmentLength {
  uint32_t number = 0;
  uint64_t n_bytes = 0;  // what the catalogue vouches for; bytes after it are of no record
  bool operator==(const SegmentLength&) const = default;
};

class SegmentWriter {
 public:
  // `committed` is what the catalogue knows.  Every segment is cut back to its committed length, and segments that it
  // does not know are removed: that is the tail of a writer that was killed.  Error `damaged` where a segment is
  // shorter than it must be or is a hard link.
  SegmentWriter(std::filesystem::path library, std::string library_id, const std::vector<SegmentLength>& committed,
                uint64_t max_segment_bytes = uint64_t{1} << 30);
  ~SegmentWriter();
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // Stamped on the records that follow.
  void set_generation(uint64_t generation);
  // From any thread.  Error `failed` on a full disk; the record is then of no account.
  RecordPlace append(RecordKind kind, const Sha256Digest& song, std::string_view payload);
  // Syncs all that was appended before this call; the lengths to vouch for.
  std::vector<SegmentLength> sync();

 private:
  void start_segment(uint32_t number);
  std::filesystem::path library_;
  std::string library_id_;
  uint64_t max_segment_bytes_, generation_ = 1;
  std::mutex mutex_;
  std::map<uint32_t, uint64_t> lengths_;
  std::map<uint32_t, int> open_;  // number, descriptor: of the segments written to, closed at the end
  std::set<uint32_t> unsynced_;
  uint32_t current_ = 0;  // 0: none
};

}  // namespace songscape
