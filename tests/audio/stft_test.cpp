#include "audio/stft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "signals.h"

namespace songscape {
namespace {

// The definition, in double.
double power_by_definition(const Signal& signal, int frame, int bin) {
  std::complex<double> sum = 0;
  for (int n = 0; n < kFftSize; ++n) {
    const int64_t at = int64_t{frame} * kHopLength - kFftSize / 2 + n;
    if (at < 0 || at >= static_cast<int64_t>(signal.size())) continue;
    const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / kFftSize);
    sum += window * signal[static_cast<size_t>(at)] * std::polar(1.0, -2 * std::numbers::pi * bin * n / kFftSize);
  }
  return std::norm(sum);
}

TEST(PowerStft, IsTheDefinitionInEveryLaneAndAtBothEnds) {
  const auto noise = white_noise(20000);
  const Signal signal(noise.begin(), noise.end());
  PowerStft stft(signal);
  auto power = std::make_unique<Lanes[]>(kNumBins);
  for (const int first : {0, 16, 32}) {
    stft.transform(first, power.get());
    for (int lane = 0; lane < kLanes; lane += 3)
      for (const int bin : {0, 1, 2, 31, 32, 33, 511, 512, 513, 1000, 1023, 1024})
        EXPECT_NEAR(power[bin][lane], power_by_definition(signal, first + lane, bin), 2e-3)
            << "frame " << first + lane << " bin " << bin;
  }
}

TEST(PowerStft, EveryBinHoldsItsOwnSine) {
  for (int bin = 3; bin < 1022; bin += 37) {
    const Signal sine = sine_signal(bin_hz(bin), 1, 8192);
    PowerStft stft(sine);
    auto power = std::make_unique<Lanes[]>(kNumBins);
    stft.transform(8, power.get());
    EXPECT_NEAR(power[bin][0], 512.0 * 512, 1);  // half the window's sum, squared
    EXPECT_NEAR(power[bin + 1][0], 256.0 * 256, 1);
    EXPECT_LT(power[bin + 2][0], 512.0 * 512 * 1e-10);
  }
}

}  // namespace
}  // namespace songscape
