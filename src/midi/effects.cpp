#include "midi/effects.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "midi/portable_math.h"
#include "midi/synthesizer.h"

namespace songscape {
namespace {

// Prime to one another, so that echoes do not fall together; 25 to 39 ms.
constexpr std::array<size_t, 4> kCombDelays = {557, 641, 743, 859};
constexpr std::array<size_t, 2> kAllPassDelays = {113, 241};

// y[n] = x[n] + g·y[n − delay].  A delay at a time, so that a block never reads what it writes.
void comb(std::span<const float> in, size_t delay, float g, std::vector<float>& y) {
  std::copy_n(in.begin(), std::min(delay, in.size()), y.begin());
  for (size_t at = delay; at < in.size(); at += delay) {
    const size_t n = std::min(delay, in.size() - at);
    const float* __restrict x = in.data() + at;
    const float* __restrict past = y.data() + at - delay;
    float* __restrict now = y.data() + at;
    for (size_t i = 0; i < n; ++i) now[i] = x[i] + g * past[i];
  }
}

// v[n] = x[n] + g·v[n − delay], y[n] = v[n − delay] − g·v[n].
void all_pass(std::span<float> x, size_t delay, std::vector<float>& v) {
  constexpr float g = 0.6f;
  comb(x, delay, g, v);
  for (size_t i = 0; i < std::min(delay, x.size()); ++i) x[i] = -g * v[i];
  for (size_t i = delay; i < x.size(); ++i) x[i] = v[i - delay] - g * v[i];
}

// Share of the way that a one-pole low-pass goes towards its input at each sample.
float one_pole_rate(double hz) { return static_cast<float>(1.0 - portable::exp2(-9.064720 * hz / kSynthSampleRate)); }

void low_pass(std::span<float> x, float rate) {
  float y = 0;
  for (float& sample : x) {
    y += rate * (sample - y);
    sample = y;
  }
}

}  // namespace

void add_scaled(std::span<const float> in, float gain, std::span<float> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] += gain * in[i];
}

void distort(std::span<float> x, float drive) {
  for (float& sample : x) sample = sample / (1.0f + std::fabs(sample * drive));
}

void reverberate(std::span<float> send, double decay_sec) {
  low_pass(send, 0.55f);
  std::vector<float> y(send.size()), sum(send.size(), 0.0f);
  for (const size_t delay : kCombDelays) {
    const double fall = portable::exp2(-9.9657843 * static_cast<double>(delay) / (kSynthSampleRate * decay_sec));
    comb(send, delay, static_cast<float>(fall), y);
    add_scaled(y, 0.25f, sum);
  }
  for (const size_t delay : kAllPassDelays) all_pass(sum, delay, y);
  std::copy(sum.begin(), sum.end(), send.begin());
}

void tilt(std::span<float> x, double tilt_db) {
  const auto high = static_cast<float>(portable::decibels_to_gain(tilt_db / 2.0)), low = 1.0f / high;
  const float rate = one_pole_rate(1000.0);
  float below = 0;
  for (float& sample : x) {
    below += rate * (sample - below);
    sample = high * sample + (low - high) * below;
  }
}

void band_limit(std::span<float> x, double low_cut_hz, double high_cut_hz) {
  const float low_rate = one_pole_rate(low_cut_hz), high_rate = one_pole_rate(high_cut_hz);
  float below = 0, below_again = 0, kept = 0, kept_again = 0;
  for (float& sample : x) {
    below += low_rate * (sample - below);
    const float above = sample - below;
    below_again += low_rate * (above - below_again);
    kept += high_rate * (above - below_again - kept);
    kept_again += high_rate * (kept - kept_again);
    sample = kept_again;
  }
}

double mean_square(std::span<const float> x) {
  std::array<double, 4> sums{};  // four in turn: each addition need not wait for the last
  for (size_t i = 0; i < x.size(); ++i) sums[i % 4] += static_cast<double>(x[i]) * x[i];
  return (sums[0] + sums[1] + sums[2] + sums[3]) / static_cast<double>(std::max<size_t>(x.size(), 1));
}

void saturate_peaks(std::span<float> x, float rms) {
  const float knee = 3.0f * rms, room = 2.0f * rms;
  for (float& sample : x) {
    const float over = std::max(0.0f, std::fabs(sample) - knee) / room;
    const float held = std::min(std::fabs(sample), knee) + room * over / (1.0f + over);
    sample = std::copysign(held, sample);
  }
}

std::vector<int16_t> quantise(std::span<const float> x) {
  std::vector<int16_t> out(x.size());
  // Adding and taking away 1.5 · 2^23 rounds to whole numbers, halves to even.
  constexpr float kRound = 12582912.0f;
  for (size_t i = 0; i < x.size(); ++i) {
    const float scaled = std::clamp(x[i] * 32767.0f, -32767.0f, 32767.0f);
    out[i] = static_cast<int16_t>((scaled + kRound) - kRound);
  }
  return out;
}

}  // namespace songscape
