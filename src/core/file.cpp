#include "core/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

[[noreturn]] void fail_on(const fs::path& path, const char* what, const char* fix = "") {
  const std::string seen = last_system_error();
  fail(ExitCode::failed, {.what = what, .where = escape_for_terminal(path.string()), .seen = seen, .wanted = {}, .fix = fix});
}

// Closes on every way out.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

void write_all(int fd, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_on(path, "cannot write", errno == ENOSPC || errno == EDQUOT ? "free some disk space and run the command again" : "");
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

}  // namespace

std::string last_system_error() { return std::string(std::strerror(errno)) + ", errno " + std::to_string(errno); }

void read_file_in_blocks(const fs::path& path, const std::function<void(std::span<const std::byte>)>& block) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail_on(path, "cannot open");
  std::vector<std::byte> buffer(1 << 18);
  for (;;) {
    const ssize_t n = ::read(file.fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_on(path, "cannot read");
    if (n == 0) return;
    block({buffer.data(), static_cast<size_t>(n)});
  }
}

std::string read_file(const fs::path& path, uint64_t max_bytes) {
  std::string out;
  read_file_in_blocks(path, [&](std::span<const std::byte> bytes) {
    if (out.size() + bytes.size() > max_bytes)
      fail(ExitCode::damaged, {.what = "file is too large", .where = escape_for_terminal(path.string()), .seen = "over " + format_bytes(static_cast<double>(max_bytes)),
                               .wanted = "at most " + format_bytes(static_cast<double>(max_bytes)), .fix = {}});
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  return out;
}

Publisher::Publisher(fs::path target) : target_(std::move(target)) {
  static std::atomic<int> n_made{0};
  temporary_ = target_;
  temporary_ += ".tmp" + std::to_string(::getpid()) + "." + std::to_string(n_made++);
  fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd_ < 0) fail_on(target_, "cannot create");
}

Publisher::~Publisher() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

void Publisher::write(std::span<const std::byte> bytes) { write_all(fd_, bytes, target_); }

void Publisher::publish() {
  // A library may have replaced the file behind our descriptor: sync the one that has the name now.
  const Descriptor now{::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (now.fd < 0 || ::fsync(now.fd) != 0) fail_on(target_, "cannot sync");
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail_on(target_, "cannot rename into place");
  ::close(std::exchange(fd_, -1));
  sync_folder(target_.has_parent_path() ? target_.parent_path() : fs::path("."));
}

void publish_file(const fs::path& target, std::string_view bytes) {
  Publisher p(target);
  p.write(bytes);
  p.publish();
}

void sync_folder(const fs::path& folder) {
  const Descriptor d{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (d.fd < 0 || ::fsync(d.fd) != 0) fail_on(folder, "cannot sync folder");
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    fail(ExitCode::usage, {.what = "cannot make the folder", .where = escape_for_terminal(folder.string()),
                           .seen = error ? error.message() : "a file of that name", .wanted = "a folder that can be written", .fix = "choose another path"});
}

void check_new_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  if (fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error) return;
  fail(ExitCode::usage, {.what = "the output folder is not empty",
                         .where = escape_for_terminal(folder.string()),
                         .seen = {},
                         .wanted = "a folder that does not exist yet, or an empty one",
                         .fix = "name another folder"});
}

FileLock::FileLock(const fs::path& path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd_ < 0) fail_on(path, "cannot open the lock");
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    char holder[256] = {};
    const bool is_held = errno == EWOULDBLOCK;
    const ssize_t n = ::pread(fd_, holder, sizeof holder - 1, 0);
    ::close(std::exchange(fd_, -1));
    if (!is_held) fail_on(path, "cannot lock");
    fail(ExitCode::locked, {.what = "another process is writing here", .where = escape_for_terminal(path.parent_path().string()),
                            .seen = n > 0 ? escape_for_terminal(std::string_view(holder, static_cast<size_t>(n))) : "an unnamed holder",
                            .wanted = "one writer at a time", .fix = "wait for it to end, or stop it"});
  }
  char host[128] = {};
  ::gethostname(host, sizeof host - 1);
  const std::string holder = "pid " + std::to_string(::getpid()) + " on " + host;
  if (::ftruncate(fd_, 0) != 0) fail_on(path, "cannot write the lock");
  write_all(fd_, std::as_bytes(std::span(holder)), path);
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (file.fd < 0) fail_on(path, "cannot open");
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) fail_on(path, "cannot read the size");
  if (!S_ISREG(info.st_mode))
    fail(ExitCode::damaged, {.what = "not a regular file", .where = escape_for_terminal(path.string()), .seen = {}, .wanted = {}, .fix = {}});
  size_ = static_cast<size_t>(info.st_size);
  if (size_ == 0) return;
  void* p = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.fd, 0);
  if (p == MAP_FAILED) fail_on(path, "cannot map");
  data_ = static_cast<const std::byte*>(p);
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

uint64_t free_bytes(const fs::path& path) {
  fs::path p = fs::absolute(path);
  while (!p.empty() && p != p.root_path() && !fs::exists(p)) p = p.parent_path();
  struct statvfs info {};
  if (::statvfs(p.c_str(), &info) != 0) return UINT64_MAX;
  return uint64_t{info.f_bavail} * info.f_frsize;
}

void require_disk(const fs::path& path, uint64_t n_bytes, std::string_view job) {
  const uint64_t have = free_bytes(path);
  if (have < n_bytes)
    fail(ExitCode::failed, {.what = "not enough free disk space to " + std::string(job), .where = escape_for_terminal(path.string()),
                            .seen = format_bytes(static_cast<double>(have)), .wanted = "about " + format_bytes(static_cast<double>(n_bytes)),
                            .fix = "free some space or choose another disk"});
}

}  // namespace songscape
