#include "midi/wavetable.h"

#include <algorithm>
#include <cmath>

#include "midi/portable_math.h"
#include "midi/synthesizer.h"

namespace songscape {
namespace {

constexpr double kLowestHz = 27.5;
constexpr double kHalfOctave = 1.4142135623730951;

const std::array<float, Wavetable::kLength>& sine_cycle() {
  static const auto cycle = [] {
    std::array<float, Wavetable::kLength> c{};
    for (int i = 0; i < Wavetable::kLength; ++i)
      c[static_cast<size_t>(i)] = static_cast<float>(portable::sine(static_cast<double>(i) / Wavetable::kLength));
    return c;
  }();
  return cycle;
}

// k^(−slope / 2) by multiplication, division and roots, which are exact everywhere.
double rolled_off(int k, int slope) {
  double amplitude = slope % 2 ? 1.0 / std::sqrt(static_cast<double>(k)) : 1.0;
  for (int i = 0; i < slope / 2; ++i) amplitude /= k;
  return amplitude;
}

double partial(const Timbre& timbre, int k, int slope, double hz) {
  double amplitude = rolled_off(k, slope) * (k % 2 ? 1.0 : timbre.even_gain);
  for (int octave = 0; octave < 4; ++octave)
    if (k == 1 << octave) amplitude += timbre.drawbars[static_cast<size_t>(octave)];
  double gain = 1.0;
  for (const BodyResonance& body : timbre.body) {
    const double distance = (hz - body.hz) / body.width_hz;
    gain += body.gain / (1.0 + distance * distance);
  }
  return amplitude * gain;
}

}  // namespace

Wavetable::Wavetable(const Timbre& timbre) : samples_(static_cast<size_t>(kBands) * (kLength + 1)) {
  const auto& cycle = sine_cycle();
  double highest_hz = kLowestHz;
  for (int b = 0; b < kBands; ++b, highest_hz *= kHalfOctave) {
    Sample* const table = samples_.data() + static_cast<ptrdiff_t>(b) * (kLength + 1);
    const int n_partials = std::clamp(static_cast<int>(0.47 * kSynthSampleRate / highest_hz), 1, 160);
    double energy = 0.0;
    for (int k = 1; k <= n_partials; ++k) {
      const double hz = k * highest_hz * 0.84;  // the band's middle
      const double bright = partial(timbre, k, timbre.bright_slope, hz);
      const auto bright_gain = static_cast<float>(bright);
      const auto dark_gain = static_cast<float>(partial(timbre, k, timbre.dark_slope, hz));
      energy += 0.5 * bright * bright;
      for (int i = 0; i < kLength; ++i) {
        const float s = cycle[static_cast<size_t>(i * k % kLength)];
        table[i].bright += bright_gain * s;
        table[i].dark += dark_gain * s;
      }
    }
    const auto scale = static_cast<float>(1.0 / std::sqrt(energy));
    for (int i = 0; i < kLength; ++i) table[i] = {table[i].bright * scale, table[i].dark * scale};
    table[kLength] = table[0];
  }
}

const Wavetable::Sample* Wavetable::band(double f0_hz) const {
  int b = 0;
  for (double highest_hz = kLowestHz; b < kBands - 1 && highest_hz < f0_hz; ++b) highest_hz *= kHalfOctave;
  return samples_.data() + static_cast<ptrdiff_t>(b) * (kLength + 1);
}

}  // namespace songscape
