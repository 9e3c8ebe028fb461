// An ffmpeg that reads descriptor 3 and writes its first audio stream as 32-bit float samples.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

namespace songscape::decoder {

// The ffmpeg of $SONGSCAPE_FFMPEG or of PATH; empty where there is none.
std::string find_ffmpeg();

class FfmpegProcess {
 public:
  // `demuxer` is the only one it may use.  Rejected where ffmpeg is missing.
  explicit FfmpegProcess(const char* demuxer);
  ~FfmpegProcess();
  FfmpegProcess(const FfmpegProcess&) = delete;
  FfmpegProcess& operator=(const FfmpegProcess&) = delete;

  // Bytes of its standard output, fewer than asked for only at the end.
  size_t read(std::span<uint8_t> out);
  // What it said, at most 64 KiB of it; complete once read() came to the end.
  const std::string& messages() const { return messages_; }
  int64_t n_errors() const { return n_errors_; }  // lines marked [error] or [fatal]
  const std::string& last_error() const { return last_error_; }
  int wait();  // its wait status

 private:
  void take_messages();
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1, status_ = 0;
  std::string messages_, line_, last_error_;
  int64_t n_errors_ = 0;
};

}  // namespace songscape::decoder
