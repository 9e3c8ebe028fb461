#include "data/segment_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/segment_format.h"

namespace songscape {
namespace {

[[noreturn]] void fail_on(const fs::path& path, std::string what, std::string fix = {}) {
  const std::string seen = last_system_error();
  fail(ExitCode::failed, {.what = std::move(what),
                          .where = escape_for_terminal(path.string()),
                          .seen = seen,
                          .wanted = {},
                          .fix = std::move(fix)});
}

[[noreturn]] void refuse(const fs::path& path, std::string what, std::string fix) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = escape_for_terminal(path.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = std::move(fix)});
}

void write_at(int fd, uint64_t offset, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      fail_on(path, "cannot write", "free some disk space and run the command again: what was committed is kept");
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
}

template <class Struct>
std::string_view bytes_of(const Struct& s, size_t n = sizeof(Struct)) {
  return {reinterpret_cast<const char*>(&s), n};
}

uint32_t crc_of(std::string_view bytes) { return crc32c(std::as_bytes(std::span(bytes.data(), bytes.size()))); }

std::array<uint8_t, 16> id_from_hex(const std::string& hex) {
  check(hex.size() == 32, "a library's id has 32 digits");
  std::array<uint8_t, 16> out{};
  for (size_t i = 0; i < 16; ++i) out[i] = static_cast<uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  return out;
}

int open_segment(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0644);
  if (fd < 0) fail_on(path, "cannot open the segment");
  return fd;
}

}  // namespace

SegmentWriter::SegmentWriter(fs::path library, std::string library_id, const std::vector<SegmentLength>& committed,
                             uint64_t max_segment_bytes)
    : library_(std::move(library)), library_id_(std::move(library_id)), max_segment_bytes_(max_segment_bytes) {
  for (const SegmentLength& s : committed) {
    const SegmentReader reader(library_, s.number, library_id_);
    struct stat info {};
    if (::stat(reader.path().c_str(), &info) != 0) fail_on(reader.path(), "cannot read the segment's size");
    if (info.st_nlink > 1)
      refuse(reader.path(), "the segment is a hard link, and would change wherever else it stands",
             "copy the library with cp -r and use the copy");
    if (static_cast<uint64_t>(info.st_size) < s.n_bytes)
      refuse(reader.path(),
             "the segment is cut: " + std::to_string(info.st_size) + " bytes of " + std::to_string(s.n_bytes),
             "mend it with: songscape verify --library L --repair COPY");
    if (static_cast<uint64_t>(info.st_size) > s.n_bytes &&
        ::truncate(reader.path().c_str(), static_cast<off_t>(s.n_bytes)) != 0)
      fail_on(reader.path(), "cannot cut the unreferenced tail");
    lengths_[s.number] = s.n_bytes;
  }
  for (const auto& entry : fs::directory_iterator(library_ / "segments")) {
    bool is_known = false;
    for (const auto& [number, length] : lengths_) is_known |= entry.path() == segment_path(library_, number);
    if (!is_known && entry.path().extension() == ".seg") fs::remove(entry.path());
  }
  if (!lengths_.empty() && lengths_.rbegin()->second < max_segment_bytes_) {
    current_ = lengths_.rbegin()->first;
    open_[current_] = open_segment(segment_path(library_, current_), 0);
  }
}

SegmentWriter::~SegmentWriter() {
  for (const auto& [number, fd] : open_) ::close(fd);
}

void SegmentWriter::set_generation(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  generation_ = generation;
}

void SegmentWriter::start_segment(uint32_t number) {
  const fs::path path = segment_path(library_, number);
  const int fd = open_segment(path, O_CREAT | O_TRUNC);
  open_[number] = fd;
  SegmentFileHeader header{};
  std::copy_n(kSegmentMagic, 8, header.magic);
  header.version = kSegmentVersion;
  header.number = number;
  header.library_id = id_from_hex(library_id_);
  header.crc = crc_of(bytes_of(header, offsetof(SegmentFileHeader, crc)));
  write_at(fd, 0, bytes_of(header), path);
  sync_folder(library_ / "segments");
  current_ = number;
  lengths_[number] = sizeof header;
  unsynced_.insert(number);
}

RecordPlace SegmentWriter::append(RecordKind kind, const Sha256Digest& song, std::string_view payload) {
  const uint32_t payload_crc = crc_of(payload);
  const std::lock_guard lock(mutex_);
  if (current_ == 0 || lengths_[current_] >= max_segment_bytes_) start_segment(current_ + 1);
  SegmentRecordHeader header{};
  header.magic = kRecordMagic;
  header.kind = static_cast<uint32_t>(kind);
  header.n_bytes = payload.size();
  header.generation = generation_;
  header.song = song;
  header.payload_crc = payload_crc;
  header.header_crc = crc_of(bytes_of(header, offsetof(SegmentRecordHeader, header_crc)));
  const fs::path path = segment_path(library_, current_);
  const uint64_t at = lengths_[current_];
  const int fd = open_.at(current_);
  unsynced_.insert(current_);
  write_at(fd, at, bytes_of(header), path);
  write_at(fd, at + sizeof header, payload, path);
  const uint64_t n_padding = record_bytes(payload.size()) - sizeof header - payload.size();
  write_at(fd, at + sizeof header + payload.size(), std::string(n_padding, '\0'), path);
  lengths_[current_] = at + record_bytes(payload.size());
  return {current_, at, payload_crc};
}

std::vector<SegmentLength> SegmentWriter::sync() {
  std::vector<SegmentLength> out;
  std::map<uint32_t, int> to_sync;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, length] : lengths_) out.push_back({number, length});
    for (const uint32_t number : std::exchange(unsynced_, {})) to_sync[number] = open_.at(number);
  }
  for (const auto& [number, fd] : to_sync)
    if (::fsync(fd) != 0) fail_on(segment_path(library_, number), "cannot sync the segment");
  return out;
}

}  // namespace songscape
