#include "midi/polyphony_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

TEST(PolyphonyMetrics, ALineIsOnePitchAtATime) {
  const Polyphony p = polyphony(grid_song(1, {{0, 0, 0, 60, 20, 24}, {0, 24, 0, 62, 20, 24}}));
  EXPECT_DOUBLE_EQ(p.mean, 1);
  EXPECT_DOUBLE_EQ(p.rate, 0);
}

TEST(PolyphonyMetrics, PitchesAreCountedWhileTheySound) {
  // 24 steps of three, 24 of one, 24 of silence, 24 of two.
  const Polyphony p = polyphony(grid_song(1, {{0, 0, 0, 60, 20, 48},
                                              {0, 0, 0, 64, 20, 24},
                                              {0, 0, 0, 67, 20, 24},
                                              {0, 72, 0, 60, 20, 24},
                                              {0, 72, 0, 62, 20, 24},
                                              {0, 72, kDrumProgram, 36, 20, 6}}));
  EXPECT_DOUBLE_EQ(p.mean, (72 + 24 + 48) / 72.0);
  EXPECT_DOUBLE_EQ(p.rate, 0.5);
  EXPECT_DOUBLE_EQ(p.muspy_rate, 0.25);
}

TEST(PolyphonyMetrics, APitchOfTwoProgramsSoundsOnce) {
  const Polyphony p = polyphony(grid_song(1, {{0, 0, 0, 60, 20, 24}, {0, 12, 1, 60, 20, 24}}));
  EXPECT_DOUBLE_EQ(p.mean, 1);
  EXPECT_DOUBLE_EQ(p.rate, 0);
}

TEST(PolyphonyMetrics, NothingHasNone) {
  EXPECT_TRUE(std::isnan(polyphony(grid_song(1, {})).mean));
  EXPECT_TRUE(std::isnan(polyphony(grid_song(1, {{0, 0, kDrumProgram, 36, 20, 6}})).rate));
}

}  // namespace
}  // namespace songscape
