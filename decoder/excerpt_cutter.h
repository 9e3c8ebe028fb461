// A song's frames in, its clips out (library/excerpts.h says which).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "decoder/resampler.h"
#include "library/excerpts.h"

namespace songscape::decoder {

// The windows of `excerpts` in a song of n_samples at kSampleRate; one endless window for Excerpts::all.
std::vector<Window> plan_windows(const Excerpts& excerpts, int64_t n_samples);

struct Clip {
  int64_t index;
  int64_t start_sample;
  std::span<const float> samples;  // kMinClipSamples … kClipSamples
};

class ExcerptCutter {
 public:
  ExcerptCutter(int sample_rate, std::vector<Window> windows, std::function<void(const Clip&)> on_clip);

  // Whether any of the frames is of use: the others need no mixing down.
  bool wants(int64_t first_frame, int64_t end_frame);
  void feed(std::span<const float> mono, int64_t first_frame);
  void finish();
  int64_t n_clips() const { return n_clips_; }

 private:
  // A window being cut: two at once where one's margin reaches into the next.
  struct Open {
    Window window;
    std::vector<float> samples;
    int64_t n_emitted = 0;
    std::unique_ptr<WindowResampler> resampler;
  };
  void open_until(int64_t end_frame);
  void close_until(int64_t end_frame);
  void take(Open& open, std::span<const float> samples);
  void emit(Open& open);
  void close(Open& open);

  int rate_;
  std::vector<Window> windows_;
  size_t n_opened_ = 0;
  std::vector<std::unique_ptr<Open>> open_;
  std::function<void(const Clip&)> on_clip_;
  int64_t n_clips_ = 0;
};

}  // namespace songscape::decoder
