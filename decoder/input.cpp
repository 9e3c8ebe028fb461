#include "decoder/input.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "decoder/rejected.h"

namespace songscape::decoder {

Input::Input(int fd) : fd_(fd), window_(kWindowBytes) {
  struct stat s {};
  if (::fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) throw Rejected("not a regular file");
  size_ = s.st_size;
}

size_t Input::read_at(int64_t offset, std::span<uint8_t> out) {
  size_t n_done = 0;
  while (n_done < out.size() && offset < size_ && error_.empty()) {
    if (offset < window_offset_ || offset >= window_offset_ + static_cast<int64_t>(window_size_)) {
      const int64_t aligned = offset & ~int64_t{4095};
      const ssize_t n = ::pread(fd_, window_.data(), window_.size(), aligned);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) error_ = std::string("cannot read: ") + std::strerror(errno);
      window_offset_ = aligned;
      window_size_ = static_cast<size_t>(std::max<ssize_t>(n, 0));
      if (offset - aligned >= n) break;  // the file has become shorter
    }
    const auto in_window = static_cast<size_t>(offset - window_offset_);
    const size_t n = std::min(out.size() - n_done, window_size_ - in_window);
    std::memcpy(out.data() + n_done, window_.data() + in_window, n);
    n_done += n;
    offset += static_cast<int64_t>(n);
  }
  return n_done;
}

void Input::require(int64_t offset, std::span<uint8_t> out) {
  if (offset < 0 || read_at(offset, out) != out.size())
    throw Rejected(error_.empty() ? "truncated: the file ends at byte " + std::to_string(size_) : error_);
}

View::View(Input& input, std::vector<Segment> segments) : input_(input), segments_(std::move(segments)) {
  for (const Segment& s : segments_) {
    starts_.push_back(size_);
    size_ += s.size;
  }
}

size_t View::read(std::span<uint8_t> out) {
  size_t n_done = 0;
  while (n_done < out.size() && position_ < size_) {
    const auto i =
        static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), position_) - starts_.begin()) - 1;
    const int64_t within = position_ - starts_[i];
    const auto n_wanted =
        static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(out.size() - n_done), segments_[i].size - within));
    const size_t n = input_.read_at(segments_[i].offset + within, out.subspan(n_done, n_wanted));
    n_done += n;
    position_ += static_cast<int64_t>(n);
    if (n < n_wanted) break;
  }
  return n_done;
}

}  // namespace songscape::decoder
