// Slaney's mel scale (1998, "Auditory Toolbox"): linear below 1000 Hz (15 mel), logarithmic above, 27 mel a factor of
// 6.4.
#pragma once

#include <cmath>
#include <vector>

namespace songscape {

namespace mel_scale_detail {
inline constexpr double kHzPerMel = 200.0 / 3, kKneeHz = 1000.0, kKneeMel = kKneeHz / kHzPerMel;
inline const double kLogStep = std::log(6.4) / 27;
}  // namespace mel_scale_detail

inline double hz_to_mel(double hz) {
  using namespace mel_scale_detail;
  return hz < kKneeHz ? hz / kHzPerMel : kKneeMel + std::log(hz / kKneeHz) / kLogStep;
}

inline double mel_to_hz(double mel) {
  using namespace mel_scale_detail;
  return mel < kKneeMel ? mel * kHzPerMel : kKneeHz * std::exp(kLogStep * (mel - kKneeMel));
}

// Where the triangles of n_bands mel bands from 0 to highest_hz begin, peak and end: n_bands + 2 frequencies, Hz, band
// b between numbers b and b + 2.
inline std::vector<double> mel_corners(int n_bands, double highest_hz) {
  std::vector<double> corners;
  const double step = hz_to_mel(highest_hz) / (n_bands + 1);
  for (int i = 0; i < n_bands + 2; ++i) corners.push_back(mel_to_hz(step * i));
  return corners;
}

}  // namespace songscape
