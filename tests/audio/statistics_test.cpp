#include "audio/statistics.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/error.h"

namespace songscape {
namespace {

TEST(MelStatistics, MeanAndDeviationOverValidFramesOnly) {
  std::vector<float> mel(size_t{kNumMels} * kNumFrames, 0.9f);
  mel[0] = 0.2f, mel[1] = 0.4f;                                    // band 0
  mel[127 * kNumFrames] = 0.5f, mel[127 * kNumFrames + 1] = 0.5f;  // band 127
  const auto statistics = mel_statistics(mel, 2);
  EXPECT_NEAR(statistics[0], 0.3, 1e-7);
  EXPECT_NEAR(statistics[128], 0.1, 1e-7);
  EXPECT_NEAR(statistics[127], 0.5, 1e-7);
  EXPECT_NEAR(statistics[255], 0, 1e-7);
  EXPECT_NEAR(statistics[64], 0.9, 1e-7);
}

TEST(MelStatistics, OneFrameHasNoDeviation) {
  const std::vector<float> mel(size_t{kNumMels} * kNumFrames, 0.3f);
  EXPECT_EQ(mel_statistics(mel, 1)[200], 0.0f);
  EXPECT_THROW(mel_statistics(mel, 0), Error);
  EXPECT_THROW(mel_statistics({mel.data(), 5}, 1), Error);
}

}  // namespace
}  // namespace songscape
