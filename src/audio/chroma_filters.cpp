#include "audio/chroma_filters.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace songscape {
namespace {

constexpr double kCentreOctave = 5;  // of the Gaussian over octaves, counted from 27.5 Hz: 880 Hz
constexpr double kOctaveWidth = 2;
constexpr int kFirstIsC = 9;  // bump c is c semitones above A; C is three above A, so it goes first

struct Weigh {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const std::array<float, kNumChroma>* weights, const Lanes* power,
                                   Lanes* chroma) {
    V sums[kNumChroma] = {};
    for (int k = 0; k < kNumBins; ++k) {
      const V p = load<V>(power[k].values + lane);
#pragma GCC unroll 12
      for (int c = 0; c < kNumChroma; ++c) sums[c] += weights[k][static_cast<size_t>(c)] * p;
    }
    V greatest = sums[0];
    for (int c = 1; c < kNumChroma; ++c) greatest = vector_max<V>(greatest, sums[c]);
    greatest = vector_max<V>(greatest, V{} + std::numeric_limits<float>::min());  // 0 / least is 0
    for (int c = 0; c < kNumChroma; ++c) store<V>(sums[c] / greatest, chroma[c].values + lane);
  }
};

}  // namespace

ChromaFilters::ChromaFilters(double tuning) {
  const double a0_hz = 440.0 * std::exp2(tuning / kNumChroma) / 16;
  std::array<double, kNumBins + 1> semitone;
  for (int k = 1; k <= kNumBins; ++k) semitone[k] = kNumChroma * std::log2(bin_hz(k) / a0_hz);
  semitone[0] = semitone[1] - 1.5 * kNumChroma;  // 0 Hz has no pitch: half an octave off bin 1, and broad
  for (int k = 0; k < kNumBins; ++k) {
    const double width = std::max(semitone[k + 1] - semitone[k], 1.0);
    std::array<double, kNumChroma> bump;
    double squares = 0;
    for (int c = 0; c < kNumChroma; ++c) {
      const double distance = std::fmod(semitone[k] - c + 6 + 10 * kNumChroma, kNumChroma) - 6;
      bump[c] = std::exp(-0.5 * std::pow(2 * distance / width, 2));
      squares += bump[c] * bump[c];
    }
    const double octave = (semitone[k] / kNumChroma - kCentreOctave) / kOctaveWidth;
    const double gain = std::exp(-0.5 * octave * octave) / std::sqrt(squares);
    for (int c = 0; c < kNumChroma; ++c) weights_[k][(c + kFirstIsC) % kNumChroma] = static_cast<float>(gain * bump[c]);
  }
}

void ChromaFilters::apply(const Lanes* power, Lanes* chroma) const {
  run_kernel<Weigh>(weights_.data(), power, chroma);
}

}  // namespace songscape
