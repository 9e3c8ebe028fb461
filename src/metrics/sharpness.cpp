#include "metrics/sharpness.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace songscape {
namespace {

void check_mel(const MelView& mel) {
  check(mel.n_bands >= 1 && static_cast<int64_t>(mel.values.size()) == mel.n_bands * mel.n_frames,
        "a spectrogram has bands × frames values");
  check(mel.n_valid_frames >= 1 && mel.n_valid_frames <= mel.n_frames, "a spectrogram has valid frames");
}

const float* band(const MelView& mel, int64_t b) { return mel.values.data() + b * mel.n_frames; }

}  // namespace

double gradient_energy(const MelView& mel) {
  check_mel(mel);
  double across_bands = 0, along_time = 0;
  for (int64_t b = 0; b < mel.n_bands; ++b) {
    const float* x = band(mel, b);
    for (int64_t t = 0; t + 1 < mel.n_valid_frames; ++t) {
      const double step = static_cast<double>(x[t + 1]) - x[t];
      along_time += step * step;
    }
    if (b + 1 == mel.n_bands) break;
    const float* above = band(mel, b + 1);
    for (int64_t t = 0; t < mel.n_valid_frames; ++t) {
      const double step = static_cast<double>(above[t]) - x[t];
      across_bands += step * step;
    }
  }
  const auto pairs = [](int64_t n) { return static_cast<double>(std::max<int64_t>(1, n)); };
  return across_bands / pairs((mel.n_bands - 1) * mel.n_valid_frames) +
         along_time / pairs(mel.n_bands * (mel.n_valid_frames - 1));
}

std::vector<double> onset_envelope(const MelView& mel) {
  check_mel(mel);
  std::vector<double> out(static_cast<size_t>(mel.n_valid_frames), 0);
  for (int64_t b = 0; b < mel.n_bands; ++b) {
    const float* x = band(mel, b);
    for (int64_t t = 1; t < mel.n_valid_frames; ++t)
      out[static_cast<size_t>(t)] += std::max(0.0f, x[t] - x[t - 1]) / static_cast<double>(mel.n_bands);
  }
  return out;
}

double onset_correlation(const MelView& a, const MelView& b) {
  check(a.n_valid_frames == b.n_valid_frames, "both spectrograms have the same valid frames");
  const std::vector<double> x = onset_envelope(a), y = onset_envelope(b);
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  const double n = static_cast<double>(x.size());
  for (size_t t = 0; t < x.size(); ++t) {
    mean_x += x[t] / n;
    mean_y += y[t] / n;
  }
  for (size_t t = 0; t < x.size(); ++t) {
    xx += (x[t] - mean_x) * (x[t] - mean_x);
    yy += (y[t] - mean_y) * (y[t] - mean_y);
    xy += (x[t] - mean_x) * (y[t] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace songscape
