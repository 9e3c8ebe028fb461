// The signals of tools/make_audio_golden.py, sample for sample.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "audio/clip.h"

namespace songscape {

using Signal = std::vector<float>;

// White noise in [−1, 1).
inline std::vector<double> white_noise(int64_t n, uint32_t state = 12345) {
  std::vector<double> noise(static_cast<size_t>(n));
  for (double& value : noise) {
    state = 1664525u * state + 1013904223u;
    value = (state >> 8) / 8388608.0 - 1;
  }
  return noise;
}

inline double sine(double turns) { return std::sin(2 * std::numbers::pi * turns); }

inline Signal sine_signal(double hz, double amplitude = 1, int64_t n = kClipSamples) {
  Signal signal(static_cast<size_t>(n));
  for (size_t i = 0; i < signal.size(); ++i)
    signal[i] = static_cast<float>(amplitude * sine(hz * static_cast<double>(i) / kSampleRate));
  return signal;
}

inline Signal golden_notes() {
  auto sum = white_noise(kClipSamples);
  for (double& value : sum) value *= 1e-3;
  const double semitones[] = {0, 4, 7, 12, -5, 2, 9, 16};
  for (int i = 0; i < 8; ++i) {
    const double hz = 220 * std::exp2((semitones[i] + 0.2) / 12);
    for (size_t n = static_cast<size_t>(3.5 * i * kSampleRate); n < sum.size(); ++n) {
      const double t = static_cast<double>(n) / kSampleRate, since = t - 3.5 * i;
      if (since < 0) continue;
      for (int harmonic = 1; harmonic <= 5; ++harmonic)
        sum[n] += 0.2 / harmonic * std::exp(-1.5 * since) * sine(harmonic * hz * t);
    }
  }
  return {sum.begin(), sum.end()};
}

inline Signal golden_swell() {
  auto swell = white_noise(kClipSamples);
  for (size_t i = 0; i < swell.size(); ++i)
    swell[i] *= std::pow(10, -(1 - static_cast<double>(i) / kSampleRate / 30) * 5);
  return {swell.begin(), swell.end()};
}

inline Signal golden_sweep() {
  auto sweep = white_noise(117001);
  for (size_t i = 0; i < sweep.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    sweep[i] = 0.5 * sine(50 * t + 950 * t * t) + 1e-2 * sweep[i];
  }
  return {sweep.begin(), sweep.end()};
}

inline Signal golden_beats() {
  auto beats = white_noise(kClipSamples);
  for (size_t i = 0; i < beats.size(); ++i) beats[i] = (i % 11025 < 600 ? beats[i] : 0) + 0.25;
  return {beats.begin(), beats.end()};
}

inline Signal golden_signal(const std::string& name) {
  if (name == "notes") return golden_notes();
  if (name == "swell") return golden_swell();
  return name == "sweep" ? golden_sweep() : golden_beats();
}

}  // namespace songscape
