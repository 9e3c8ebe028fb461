// One run of songscape-decode: started on an open file, read with a deadline, always reaped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace songscape {

// A descriptor that closes itself.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();
  int get() const { return fd_; }
  int release();

 private:
  int fd_;
};

class DecoderProcess {
 public:
  // `input` becomes descriptor 3, or nothing where it is -1.  Error `failed` where the program cannot be started.
  DecoderProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments, int input,
                 int64_t cpu_sec);
  ~DecoderProcess();  // kills it and what it started
  DecoderProcess(const DecoderProcess&) = delete;
  DecoderProcess& operator=(const DecoderProcess&) = delete;

  // Fills `out` with its output; bytes read, fewer only at the end.  Time spent waiting here is taken from `patience`;
  // DecodeFailure "decoder timeout …" once none is left.  Error `interrupted` after Ctrl-C.
  size_t read(std::span<std::byte> out, std::chrono::duration<double>& patience);

  // Waits for its end, at most `patience`: nothing for a clean end, else the reason as DecodeFailure tells it.
  std::string wait_for_end(std::chrono::duration<double>& patience);

 private:
  bool wait_until_readable(std::chrono::duration<double>& patience);
  void kill();
  OwnedFd output_;
  pid_t pid_ = -1;
};

}  // namespace songscape
