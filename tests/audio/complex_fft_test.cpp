#include "audio/complex_fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <memory>
#include <numbers>

#include "core/random.h"

namespace songscape {
namespace {

struct Work {
  HopTile tile{}, back{};
  FftBuffer buffer;
  ComplexLanes spectrum[kNumBins];
  Lanes power[kNumBins];
  float& sample(HopTile& of, int lane, int n) {
    return of.samples[(n % kHopLength) * kHopsInTile + n / kHopLength + lane];
  }
};

std::unique_ptr<Work> noise_tile() {
  auto work = std::make_unique<Work>();
  Random random(1);
  for (float& x : work->tile.samples) x = static_cast<float>(random.normal());
  return work;
}

double hann(int n) { return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / kFftSize); }

TEST(ComplexFft, EqualsTheSumOfItsDefinition) {
  auto work = noise_tile();
  complex_spectra(work->tile, work->buffer, work->spectrum);
  for (const int lane : {0, 5, 15})
    for (const int k : {0, 1, 31, 32, 511, 512, 513, 1023, 1024}) {
      std::complex<double> sum = 0;
      for (int n = 0; n < kFftSize; ++n)
        sum += hann(n) * work->sample(work->tile, lane, n) * std::polar(1.0, -2 * std::numbers::pi * k * n / kFftSize);
      EXPECT_NEAR(work->spectrum[k].re[lane], sum.real(), 1e-3) << k;
      EXPECT_NEAR(work->spectrum[k].im[lane], sum.imag(), 1e-3) << k;
    }
}

TEST(ComplexFft, SquaredIsThePowerSpectrum) {
  auto work = noise_tile();
  complex_spectra(work->tile, work->buffer, work->spectrum);
  power_spectra(work->tile, work->buffer, work->power);
  for (int k = 0; k < kNumBins; ++k)
    for (int lane = 0; lane < kLanes; ++lane)
      EXPECT_NEAR(std::hypot(work->spectrum[k].re[lane], work->spectrum[k].im[lane]), std::sqrt(work->power[k][lane]),
                  1e-3);
}

TEST(ComplexFft, BackAddsEveryFrameUnderTwoWindows) {
  auto work = noise_tile();
  complex_spectra(work->tile, work->buffer, work->spectrum);
  add_frames(work->spectrum, work->buffer, work->back);
  for (int hop = 0; hop < kHopsInTile; ++hop)
    for (int j = 0; j < kHopLength; j += 7) {
      double weight = 0;
      for (int lane = 0; lane < kLanes; ++lane)
        if (const int n = (hop - lane) * kHopLength + j; n >= 0 && n < kFftSize) weight += hann(n) * hann(n);
      const int at = j * kHopsInTile + hop;
      EXPECT_NEAR(work->back.samples[at], weight * work->tile.samples[at], 1e-5) << hop << " " << j;
    }
}

}  // namespace
}  // namespace songscape
