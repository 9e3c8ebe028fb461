// Peaks kept below full scale without distortion one can hear: a limiter that looks ahead.
#pragma once

#include <span>

namespace songscape {

struct Limited {
  double most_db = 0;  // the greatest reduction, ≥ 0; 0: nothing was limited
  double share = 0;    // of the samples, 0 … 1, that were reduced by more than .1 dB
};

// In place: afterwards |sample| ≤ ceiling (> 0).  The gain falls and recovers along Hann windows of 10 ms at 22,050 Hz.
// A signal within the ceiling is left as it is, to the bit.
Limited limit_peaks(std::span<float> samples, float ceiling = 0.999f);

}  // namespace songscape
