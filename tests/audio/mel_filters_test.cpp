#include "audio/mel_filters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace songscape {
namespace {

TEST(MelFilters, TheScaleIsLinearToOneKilohertzAndThenLogarithmic) {
  EXPECT_DOUBLE_EQ(hz_to_mel(500), 7.5);
  EXPECT_DOUBLE_EQ(hz_to_mel(1000), 15);
  EXPECT_NEAR(hz_to_mel(6400), 42, 1e-12);
  for (double hz = 10; hz < 11000; hz *= 1.3) EXPECT_NEAR(mel_to_hz(hz_to_mel(hz)), hz, 1e-9);
}

TEST(MelFilters, BandsHaveUnitArea) {
  auto power = std::make_unique<Lanes[]>(kNumBins);
  auto mel = std::make_unique<Lanes[]>(kNumMels);
  for (int k = 0; k < kNumBins; ++k) std::fill_n(power[k].values, kLanes, static_cast<float>(bin_hz(1)));
  MelFilters().apply(power.get(), mel.get());
  for (int band = 0; band < kNumMels; ++band) EXPECT_NEAR(mel[band][7], 1, band < 60 ? 0.1 : 0.02) << band;
}

}  // namespace
}  // namespace songscape
