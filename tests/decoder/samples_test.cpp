// Samples that would ruin what is learnt from them: row A5, and the odd signals of A15.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class Samples : public ::testing::Test {
 protected:
  Decoded decode_samples(const std::vector<float>& samples, int sub_format = SF_FORMAT_FLOAT) {
    write_audio(folder_.path() / "a.wav", samples, 44100, 1, SF_FORMAT_WAV | sub_format);
    return decode(folder_.path() / "a.wav");
  }
  TemporaryFolder folder_;
};

TEST_F(Samples, ThatAreNotFiniteAreCountedAndPlaced) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    auto samples = music(2, 44100);
    samples[44100] = samples[44200] = samples[80000] = bad;
    EXPECT_TRUE(decode_samples(samples).fails_with("3 non-finite samples at t=1.00 s")) << decode_samples(samples);
  }
}

TEST_F(Samples, BeyondAnyScaleAreRejected) {
  auto samples = music(2, 44100);
  samples[22050] = 1e30f;
  EXPECT_TRUE(decode_samples(samples).fails_with("1 samples over a million times full scale at t=0.50 s"))
      << decode_samples(samples);
}

TEST_F(Samples, OnAnIntegerScaleAreKeptWithAWarning) {
  auto samples = music(2, 44100);
  for (float& s : samples) s *= 32768;
  EXPECT_TRUE(decode_samples(samples).warns_of("times full scale"));
}

TEST_F(Samples, OfPureSilenceAreKeptWithAWarning) {
  const Decoded d = decode_samples(std::vector<float>(88200, 0.f), SF_FORMAT_PCM_16);
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_TRUE(d.warns_of("silent (digital silence)")) << d;
  EXPECT_TRUE(
      decode_samples(std::vector<float>(88200, 1.f / 32768), SF_FORMAT_PCM_16).warns_of("silent (peak -90 dBFS)"));
}

TEST_F(Samples, OfConstantAndFullScaleSquareSignalsAreKept) {
  const Decoded constant = decode_samples(std::vector<float>(88200, 0.5f));
  ASSERT_TRUE(constant.is_kept());
  EXPECT_TRUE(constant.song.warnings.empty()) << constant;
  EXPECT_NEAR(constant.clips[0].samples[20000], 0.5f, 1e-4f);
  std::vector<float> square(88200);
  for (size_t i = 0; i < square.size(); ++i) square[i] = i / 50 % 2 ? 1.f : -1.f;
  const Decoded d = decode_samples(square, SF_FORMAT_PCM_16);
  EXPECT_TRUE(d.is_kept() && d.is_finite()) << d;
}

}  // namespace
}  // namespace songscape
