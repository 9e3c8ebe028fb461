// One sample that is not a number ruins every weight of a model in one step: none gets through.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "decoder/rejected.h"

namespace songscape::decoder {

class SampleCheck {
 public:
  SampleCheck(int n_channels, int sample_rate) : samples_per_sec_(static_cast<double>(n_channels) * sample_rate) {}

  void take(std::span<const float> samples) {
    float peak = 0;
    bool is_sound = true;
    for (const float s : samples) {
      const float a = std::fabs(s);
      is_sound &= a <= kMaxMagnitude;  // false for NaN
      peak = a > peak ? a : peak;
    }
    if (is_sound)
      peak_ = peak > peak_ ? peak : peak_;
    else
      count(samples);
    n_taken_ += static_cast<int64_t>(samples.size());
  }

  bool has_failed() const { return n_bad_ > 0; }

  // Rejected where samples were not finite or beyond any use; a warning where they are far over full scale.
  void judge(std::vector<std::string>& warnings) const {
    const std::string at = " at t=" + format_seconds(static_cast<double>(first_bad_) / samples_per_sec_);
    if (n_not_finite_ > 0) throw Rejected(std::to_string(n_not_finite_) + " non-finite samples" + at);
    if (n_bad_ > 0) throw Rejected(std::to_string(n_bad_) + " samples over a million times full scale" + at);
    if (peak_ > kLoudPeak)
      warnings.push_back("samples up to " + std::to_string(std::lround(peak_)) + " times full scale");
  }

 private:
  static constexpr float kMaxMagnitude = 1e6f;  // its power spectrum is still finite in 32 bits
  static constexpr float kLoudPeak = 16;        // 24 dB over full scale

  void count(std::span<const float> samples) {
    for (size_t i = 0; i < samples.size(); ++i) {
      if (std::fabs(samples[i]) <= kMaxMagnitude) continue;
      if (n_bad_++ == 0) first_bad_ = n_taken_ + static_cast<int64_t>(i);
      if (!std::isfinite(samples[i])) ++n_not_finite_;
    }
  }

  double samples_per_sec_;
  float peak_ = 0;
  int64_t n_taken_ = 0, n_bad_ = 0, n_not_finite_ = 0, first_bad_ = 0;
};

}  // namespace songscape::decoder
