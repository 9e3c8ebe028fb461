#include "midi/novelty_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

GridSong tune(int first, const std::vector<int>& steps) {
  std::vector<GridNote> notes;
  for (size_t i = 0; i < steps.size(); ++i)
    notes.push_back({static_cast<int>(i / 4), static_cast<int>(i % 4) * 24, 0, first + steps[i], 20, 24});
  return grid_song(static_cast<int>((steps.size() + 3) / 4), notes);
}

const std::vector<int> kTune = {0, 2, 4, 5, 7, 5, 4, 2, 0, 4, 7, 12}, kOther = {0, 7, 1, 8, 2, 9, 3, 10, 4, 11, 5, 12};

TEST(NoveltyMetrics, ASongIsKnownToItself) {
  const std::vector<GridSong> songs = {tune(60, kOther), tune(60, kTune)};
  const Novelty n = KnownSongs(songs, 4).novelty(songs[1]);
  EXPECT_DOUBLE_EQ(n.nearest_overlap, 1);
  EXPECT_EQ(n.nearest_song, 1);
  EXPECT_DOUBLE_EQ(n.copied_bars, 1);
  EXPECT_DOUBLE_EQ(n.copied_bars_transposed, 1);
}

TEST(NoveltyMetrics, ATranspositionIsKnownByItsIntervalsAlone) {
  const Novelty n = KnownSongs(std::vector{tune(60, kTune)}, 4).novelty(tune(63, kTune));
  EXPECT_DOUBLE_EQ(n.nearest_overlap, 0);
  EXPECT_EQ(n.nearest_song, -1);
  EXPECT_DOUBLE_EQ(n.nearest_overlap_transposed, 1);
  EXPECT_EQ(n.nearest_song_transposed, 0);
  EXPECT_DOUBLE_EQ(n.copied_bars, 0);
  EXPECT_DOUBLE_EQ(n.copied_bars_transposed, 1);
}

TEST(NoveltyMetrics, ASharedBeginningCountsForItsPart) {
  std::vector<int> half = kTune;
  for (size_t i = 8; i < half.size(); ++i) half[i] = static_cast<int>(20 - i);
  const Novelty n = KnownSongs(std::vector{tune(60, kTune)}, 4).novelty(tune(60, half));
  EXPECT_DOUBLE_EQ(n.nearest_overlap, 5.0 / 9);  // of nine 4-grams the five within the first eight notes
  EXPECT_DOUBLE_EQ(n.copied_bars, 2.0 / 3);
}

TEST(NoveltyMetrics, WithoutSongsOrNotesThereIsNothingToKnow) {
  const Novelty unknown = KnownSongs({}, 4).novelty(tune(60, kTune));
  EXPECT_DOUBLE_EQ(unknown.nearest_overlap, 0);
  EXPECT_DOUBLE_EQ(unknown.copied_bars, 0);
  const Novelty nothing = KnownSongs(std::vector{tune(60, kTune)}, 4).novelty(grid_song(1, {}));
  EXPECT_TRUE(std::isnan(nothing.nearest_overlap));
  EXPECT_TRUE(std::isnan(nothing.copied_bars));
}

TEST(NoveltyMetrics, BarsOfFewNotesDoNotCount) {
  const GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 24}});
  EXPECT_TRUE(std::isnan(KnownSongs(std::vector{song}, 1).novelty(song).copied_bars));
}

}  // namespace
}  // namespace songscape
