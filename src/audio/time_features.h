// What is read off the waveform itself: librosa's zero_crossing_rate and rms with their defaults.
#pragma once

#include <span>

namespace songscape {

struct TimeFeatures {
  double zero_crossing_rate;  // mean over valid frames of the share of samples that differ in sign from the one before
  double rms;                 // mean over valid frames of the root mean square, zeros around the signal counted
};
TimeFeatures time_features(std::span<const float> samples);

// Whether all |samples| ≤ limit; false where one is NaN.
bool all_within(std::span<const float> samples, float limit);

}  // namespace songscape
