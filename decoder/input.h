// The file as an open descriptor: reads at any place through one window of memory, and views that leave parts out.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace songscape::decoder {

class Input {
 public:
  explicit Input(int fd);  // Rejected unless it is a regular file
  int fd() const { return fd_; }
  int64_t size() const { return size_; }

  // Bytes copied, fewer than asked for only at the file's end.  After an error of the disk: 0, and error() tells.
  size_t read_at(int64_t offset, std::span<uint8_t> out);
  // Exactly N bytes; Rejected where the file ends before them.
  template <size_t N>
  std::array<uint8_t, N> get(int64_t offset) {
    std::array<uint8_t, N> out;
    require(offset, out);
    return out;
  }
  void require(int64_t offset, std::span<uint8_t> out);
  const std::string& error() const { return error_; }

 private:
  static constexpr int64_t kWindowBytes = 1 << 16;
  int fd_;
  int64_t size_ = 0;
  int64_t window_offset_ = 0;
  size_t window_size_ = 0;
  std::vector<uint8_t> window_;
  std::string error_;
};

// A run of bytes of the file.
struct Segment {
  int64_t offset;
  int64_t size;
};

// Segments read as one file, in their order.
class View {
 public:
  View(Input& input, std::vector<Segment> segments);
  int64_t size() const { return size_; }
  int64_t position() const { return position_; }
  void seek(int64_t position) { position_ = position < 0 ? 0 : position; }
  size_t read(std::span<uint8_t> out);
  Input& input() const { return input_; }

 private:
  Input& input_;
  std::vector<Segment> segments_;
  std::vector<int64_t> starts_;  // of each segment in the view
  int64_t size_ = 0;
  int64_t position_ = 0;
};

}  // namespace songscape::decoder
