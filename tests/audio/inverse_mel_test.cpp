#include "audio/inverse_mel.h"

#include <gtest/gtest.h>

#include <cmath>

#include "audio/features.h"
#include "signals.h"

namespace songscape {
namespace {

const float kFullScaleDb = static_cast<float>(10 * std::log10(kFullScaleMelPower));

TEST(InverseMel, PowersAreThoseThatTheMelWasMadeOf) {
  std::vector<float> mel(size_t{kNumMels} * kNumFrames, 0.0f);
  mel[0] = 1, mel[17] = 0.5f, mel[kNumFrames] = 2, mel[kNumFrames + 1] = -1;
  const auto powers = mel_powers(mel, 18, 3);
  ASSERT_EQ(powers.size(), size_t{2 * kNumMels});
  EXPECT_NEAR(powers[0][0], std::pow(10, 0.3), 1e-5);
  EXPECT_NEAR(powers[kNumMels][1], std::pow(10, -3.7), 1e-8);
  EXPECT_EQ(powers[1][0], powers[0][0]) << "above 1 is taken for 1";
  EXPECT_EQ(powers[1][1], 0) << "below 0 is taken for 0, which is silence";
  EXPECT_EQ(powers[0][1], 0);
}

TEST(InverseMel, FramesPastTheValidOnesHaveNoPower) {
  const std::vector<float> mel(size_t{kNumMels} * kNumFrames, 1.0f);
  const auto powers = mel_powers(mel, 17, 0);
  for (int lane = 1; lane < kLanes; ++lane) EXPECT_EQ(powers[kNumMels][lane], 0);
}

TEST(InverseMel, MelOfTheSpectrumIsTheWantedMel) {
  const auto clip = FeatureExtractor(MelReference::full_scale).extract(golden_notes());
  const MelFilters filters;
  const auto powers = mel_powers(clip.mel, clip.n_valid_frames, clip.reference_db);
  double error = 0, whole = 0;
  std::vector<Lanes> spectrum(kNumBins), mel(kNumMels);
  for (size_t block = 0; block < powers.size() / kNumMels; ++block) {
    const Lanes* wanted = powers.data() + block * kNumMels;
    spectrum_of_mel(filters, wanted, spectrum.data());
    filters.apply(spectrum.data(), mel.data());
    for (size_t b = 0; b < kNumMels; ++b)
      for (int lane = 0; lane < kLanes; ++lane) {
        error += std::pow(mel[b][lane] - wanted[b][lane], 2);
        whole += std::pow(wanted[b][lane], 2);
      }
    for (const Lanes& bin : spectrum)
      for (const float power : bin.values) ASSERT_GE(power, 0);
  }
  EXPECT_LT(std::sqrt(error / whole), 0.02);
}

TEST(InverseMel, EachUpdateBringsTheMelNearer) {
  const MelFilters filters;
  std::vector<Lanes> wanted(kNumMels), spectrum(kNumBins, Lanes{}), mel(kNumMels);
  for (size_t b = 0; b < kNumMels; ++b)
    for (int lane = 0; lane < kLanes; ++lane)
      wanted[b][lane] = static_cast<float>(1 + std::sin(double(b) * (lane + 1)));
  for (Lanes& bin : spectrum)
    for (float& power : bin.values) power = 1;
  double before = INFINITY;
  for (int update = 0; update < 10; ++update) {
    fit_to_mel(filters, wanted.data(), spectrum.data());
    filters.apply(spectrum.data(), mel.data());
    double divergence = 0;  // Kullback-Leibler, which the updates lower (Lee & Seung 2001, theorem 2)
    for (size_t b = 0; b < kNumMels; ++b)
      for (int lane = 0; lane < kLanes; ++lane) {
        const double w = wanted[b][lane] + 1e-9, m = mel[b][lane] + 1e-9;
        divergence += w * std::log(w / m) - w + m;
      }
    EXPECT_LT(divergence, before) << update;
    before = divergence;
  }
}

}  // namespace
}  // namespace songscape
