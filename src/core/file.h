// Files that appear whole or not at all, locks that say who holds them, and files mapped into memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace songscape {

namespace fs = std::filesystem;

// The whole file, at most `max_bytes` of it allowed (Error `damaged` above that).  Throws Error naming path and errno.
std::string read_file(const fs::path& path, uint64_t max_bytes = UINT64_MAX);
void read_file_in_blocks(const fs::path& path, const std::function<void(std::span<const std::byte>)>& block);

// A file being written beside its target: it takes the target's place at publish() (write, fsync, rename, fsync of
// the folder); a Publisher destroyed before that leaves nothing.  Every write checks for a full disk.
class Publisher {
 public:
  explicit Publisher(fs::path target);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  void write(std::span<const std::byte> bytes);
  void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes.data(), bytes.size()))); }
  void publish();
  // The unpublished file, for libraries that write by path.
  const fs::path& temporary() const { return temporary_; }

 private:
  fs::path target_, temporary_;
  int fd_ = -1;
};

void publish_file(const fs::path& target, std::string_view bytes);
void sync_folder(const fs::path& folder);
// Creates the folder and its parents; Error `usage` where it cannot.
void make_folder(const fs::path& folder);
// Error `usage` unless the folder does not exist or is empty: nothing of the user's is ever overwritten.
void check_new_folder(const fs::path& folder);

// An exclusive flock on `path`, in which the holder's pid and host stand.  Freed by the destructor or the process's end.
// Error `locked` names the holder.
class FileLock {
 public:
  explicit FileLock(const fs::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_ = -1;
};

// A read-only mapping of a regular file; symbolic links are refused (O_NOFOLLOW).
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// Bytes free on the file system that holds `path` (or will).
uint64_t free_bytes(const fs::path& path);
// Error `failed` where fewer than `n_bytes` are free, naming the job.
void require_disk(const fs::path& path, uint64_t n_bytes, std::string_view job);

// strerror(errno) with the number, for messages.
std::string last_system_error();

}  // namespace songscape
