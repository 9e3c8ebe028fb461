// One stretch of a song at kSampleRate, made from no more of the song than it needs (soxr, HQ).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

struct soxr;

namespace songscape::decoder {

// In samples at kSampleRate from the song's start.
struct Window {
  int64_t start = 0;
  int64_t n_samples = 0;
  bool operator==(const Window&) const = default;
};

class WindowResampler {
 public:
  using Sink = std::function<void(std::span<const float>)>;

  // The input taken begins kMarginSec before the window, at an input sample that falls on an output sample, and ends as
  // long after it: the filter is shorter than that, so the window is what resampling the whole song would give.
  WindowResampler(int sample_rate, Window window, Sink sink);
  ~WindowResampler();
  WindowResampler(const WindowResampler&) = delete;
  WindowResampler& operator=(const WindowResampler&) = delete;

  int64_t first_frame() const { return begin_; }  // of the song, at its own rate
  int64_t end_frame() const { return end_; }
  // The song's next frames; those outside begin … end are passed over.
  void feed(std::span<const float> mono, int64_t first_frame);
  // The song or the window's input has ended.
  void finish();

  static constexpr double kMarginSec = 0.25;

 private:
  void put(std::span<const float> out);
  int rate_;
  int64_t begin_ = 0, end_ = 0;         // input frames
  int64_t n_to_skip_ = 0, n_left_ = 0;  // output samples
  Sink sink_;
  soxr* soxr_ = nullptr;  // null where the rate is right already
  std::vector<float> out_;
};

}  // namespace songscape::decoder
