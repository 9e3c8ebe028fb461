#include "data/segment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/segment_format.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(const fs::path& path, std::string what, std::string seen = {}) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = escape_for_terminal(path.string()),
                           .seen = std::move(seen),
                           .wanted = {},
                           .fix = "mend it with: songscape verify --library L --repair COPY"});
}

uint32_t crc_of(const void* data, size_t n) { return crc32c({static_cast<const std::byte*>(data), n}); }

}  // namespace

std::string to_payload(const StoredClip& clip) {
  check(clip.mel.size() == (kClipPayloadBytes - kClipMelAt) / 2, "a stored mel is 128 x 1293");
  std::string out(kClipPayloadBytes, '\0');
  std::memcpy(out.data(), &clip.number, 4);
  std::memcpy(out.data() + 4, &clip.n_valid_frames, 4);
  std::memcpy(out.data() + 8, &clip.start_sample, 8);
  std::memcpy(out.data() + 16, &clip.reference_db, 4);
  std::memcpy(out.data() + kClipFeaturesAt, clip.features.data(), sizeof clip.features);
  std::memcpy(out.data() + kClipMelAt, clip.mel.data(), clip.mel.size() * 2);
  return out;
}

fs::path segment_path(const fs::path& library, uint32_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%06u.seg", number);
  return library / "segments" / name;
}

bool has_segment_header(const fs::path& file) {
  SegmentFileHeader header{};
  const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  const ssize_t n = ::pread(fd, &header, sizeof header, 0);
  ::close(fd);
  return n == sizeof header && std::memcmp(header.magic, kSegmentMagic, 8) == 0 &&
         header.crc == crc_of(&header, offsetof(SegmentFileHeader, crc));
}

SegmentReader::SegmentReader(const fs::path& library, uint32_t number, const std::string& library_id)
    : path_(segment_path(library, number)) {
  const int folder = ::open((library / "segments").c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) refuse(library / "segments", "cannot open the folder of segments", last_system_error());
  fd_ = ::openat(folder, path_.filename().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  const std::string error = fd_ < 0 ? last_system_error() : "";
  ::close(folder);
  struct stat info {};
  if (fd_ < 0 || ::fstat(fd_, &info) != 0) refuse(path_, "cannot open the segment", error);
  SegmentFileHeader header{};
  std::string fault;
  if (!S_ISREG(info.st_mode))
    fault = "the segment is not a regular file";
  else if (library_id.empty())
    fault = "";
  else if (::pread(fd_, &header, sizeof header, 0) != sizeof header ||
           std::memcmp(header.magic, kSegmentMagic, 8) != 0 ||
           header.crc != crc_of(&header, offsetof(SegmentFileHeader, crc)))
    fault = "the segment's header is damaged";
  else if (header.version > kSegmentVersion)
    fault = "the segment has format " + std::to_string(header.version) + ", newer than this program's " +
            std::to_string(kSegmentVersion);
  else if (header.number != number || to_hex(header.library_id) != library_id)
    fault = "the segment belongs to another library";
  if (fault.empty()) return;
  ::close(std::exchange(fd_, -1));
  refuse(path_, fault);
}

SegmentReader::~SegmentReader() {
  if (fd_ >= 0) ::close(fd_);
}

SegmentReader::SegmentReader(SegmentReader&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

uint64_t SegmentReader::size() const {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) refuse(path_, "cannot read the segment's size", last_system_error());
  return static_cast<uint64_t>(info.st_size);
}

void SegmentReader::read(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse(path_, "cannot read at byte " + std::to_string(offset), last_system_error());
    if (n == 0) refuse(path_, "the segment ends before byte " + std::to_string(offset + out.size()));
    out = out.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
}

std::optional<RecordHeader> SegmentReader::header_at(uint64_t offset) const {
  SegmentRecordHeader h{};
  if (::pread(fd_, &h, sizeof h, static_cast<off_t>(offset)) != sizeof h) return std::nullopt;
  if (h.magic != kRecordMagic || h.header_crc != crc_of(&h, offsetof(SegmentRecordHeader, header_crc)))
    return std::nullopt;
  return RecordHeader{static_cast<RecordKind>(h.kind), h.n_bytes, h.generation, h.song, h.payload_crc};
}

void SegmentReader::expect_scattered_reads() const { ::posix_fadvise(fd_, 0, 0, POSIX_FADV_RANDOM); }

std::optional<std::string> SegmentReader::payload_at(uint64_t offset) const {
  const auto header = header_at(offset);
  if (!header || header->n_bytes > size() || offset + record_bytes(header->n_bytes) > size()) return std::nullopt;
  std::string payload(header->n_bytes, '\0');
  read(offset + sizeof(SegmentRecordHeader), std::as_writable_bytes(std::span(payload)));
  if (crc32c(std::as_bytes(std::span(payload))) != header->crc) return std::nullopt;
  return payload;
}

uint64_t SegmentReader::walk(uint64_t from, bool skip_damage,
                             const std::function<bool(uint64_t, const RecordHeader&)>& visit) const {
  const uint64_t end = size();
  uint64_t at = from;
  while (at + sizeof(SegmentRecordHeader) <= end) {
    const auto header = header_at(at);
    if (!header || header->n_bytes > end - at) {
      if (!skip_damage) return at;
      at += kRecordAlignment;
      continue;
    }
    if (!visit(at, *header)) return at;
    at += record_bytes(header->n_bytes);
  }
  return at;
}

}  // namespace songscape
