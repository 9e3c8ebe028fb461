#include "audio/statistics.h"

#include <cmath>

#include "core/error.h"

namespace songscape {

std::array<float, 2 * kNumMels> mel_statistics(std::span<const float> mel, int n_valid_frames) {
  check(mel.size() == size_t{kNumMels} * kNumFrames, "a mel has 128 × 1293 values");
  check(n_valid_frames >= 1 && n_valid_frames <= kNumFrames, "a clip has 1 to 1293 valid frames");
  std::array<float, 2 * kNumMels> statistics;
  for (int band = 0; band < kNumMels; ++band) {
    const auto row = mel.subspan(static_cast<size_t>(band) * kNumFrames, static_cast<size_t>(n_valid_frames));
    double sum = 0, squares = 0;
    for (const float value : row) sum += value;
    const double mean = sum / n_valid_frames;
    for (const float value : row) squares += (value - mean) * (value - mean);
    statistics[static_cast<size_t>(band)] = static_cast<float>(mean);
    statistics[static_cast<size_t>(kNumMels + band)] = static_cast<float>(std::sqrt(squares / n_valid_frames));
  }
  return statistics;
}

}  // namespace songscape
