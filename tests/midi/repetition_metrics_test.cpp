#include "midi/repetition_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

TEST(RepetitionMetrics, RunsOfEqualValues) {
  EXPECT_EQ(longest_run(std::vector<int>{}), 0);
  EXPECT_EQ(longest_run(std::vector<int>{5}), 1);
  EXPECT_EQ(longest_run(std::vector<int>{1, 2, 2, 2, 1, 1}), 3);
  EXPECT_EQ(longest_run(std::vector<int>(7, 3)), 7);
}

TEST(RepetitionMetrics, DistinctNGrams) {
  const std::vector<int> constant(5, 1), rising = {1, 2, 3, 4, 5}, twice = {1, 2, 1, 2};
  EXPECT_DOUBLE_EQ(distinct_n(constant, 1), 0.2);
  EXPECT_DOUBLE_EQ(distinct_n(constant, 2), 0.25);
  EXPECT_DOUBLE_EQ(distinct_n(rising, 2), 1);
  EXPECT_DOUBLE_EQ(distinct_n(twice, 2), 2.0 / 3);
  EXPECT_TRUE(std::isnan(distinct_n(twice, 5)));
  EXPECT_TRUE(std::isnan(distinct_n({}, 1)));
}

TEST(RepetitionMetrics, NotesRepeatWithinTheirProgram) {
  const GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 24},
                                      {0, 0, 1, 40, 20, 24},
                                      {0, 24, 0, 60, 5, 24},
                                      {0, 48, 0, 60, 20, 24},
                                      {0, 48, 1, 41, 20, 24},
                                      {0, 72, 0, 60, 20, 12}});
  EXPECT_EQ(longest_runs(song).notes, 3);
}

TEST(RepetitionMetrics, BarsRepeatWhateverTheirVelocities) {
  GridSong song = grid_song(5, {{0, 0, 0, 60, 20, 24}, {1, 0, 0, 60, 3, 24}, {4, 0, 0, 60, 20, 24}});
  EXPECT_EQ(longest_runs(song).bars, 2);  // the empty ones between count for nothing
  song.bars[1].time_signature = 2;
  EXPECT_EQ(longest_runs(song).bars, 1);
}

TEST(RepetitionMetrics, OfNothingOnlyBarTokensRepeat) {
  const LongestRuns runs = longest_runs(grid_song(4, {}));
  EXPECT_EQ(runs.notes, 0);
  EXPECT_EQ(runs.bars, 0);
  EXPECT_EQ(runs.tokens, 4);
}

TEST(RepetitionMetrics, SequencesLeaveDrumsToTheTokens) {
  const GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 24}, {0, 0, kDrumProgram, 36, 20, 6}, {0, 5, 0, 62, 20, 24}});
  EXPECT_EQ(pitch_sequence(song), (std::vector<int>{60, 62}));
  EXPECT_EQ(token_sequence(song).front(), 1);
}

}  // namespace
}  // namespace songscape
