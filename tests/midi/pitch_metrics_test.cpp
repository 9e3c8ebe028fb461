#include "midi/pitch_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

GridSong of_pitches(const std::vector<int>& pitches) {
  std::vector<GridNote> notes;
  for (size_t i = 0; i < pitches.size(); ++i) notes.push_back({0, static_cast<int>(i), 0, pitches[i], 20, 24});
  return grid_song(1, notes);
}

TEST(PitchMetrics, NotesAreCountedByPitchClass) {
  const PitchClasses shares = pitch_class_distribution(of_pitches({60, 72, 64, 67}));
  EXPECT_DOUBLE_EQ(shares[0], 0.5);
  EXPECT_DOUBLE_EQ(shares[4], 0.25);
  EXPECT_DOUBLE_EQ(shares[7], 0.25);
}

TEST(PitchMetrics, SeveralSongsAreOneHeapOfNotes) {
  const std::vector<GridSong> songs = {of_pitches({60, 60, 60}), of_pitches({61})};
  EXPECT_DOUBLE_EQ(pitch_class_distribution(songs)[0], 0.75);
}

TEST(PitchMetrics, DistancesAreZeroOfEqualsAndOneOfStrangers) {
  const PitchClasses c = pitch_class_distribution(of_pitches({60})), d = pitch_class_distribution(of_pitches({62})),
                     both = pitch_class_distribution(of_pitches({60, 62}));
  EXPECT_DOUBLE_EQ(total_variation(c, c), 0);
  EXPECT_DOUBLE_EQ(jensen_shannon(c, c), 0);
  EXPECT_DOUBLE_EQ(total_variation(c, d), 1);
  EXPECT_DOUBLE_EQ(jensen_shannon(c, d), 1);
  EXPECT_DOUBLE_EQ(total_variation(c, both), 0.5);
  // (log2(4/3) + (log2(2/3) + log2(2)) / 2) / 2
  EXPECT_NEAR(jensen_shannon(c, both), 0.311278, 1e-6);
}

TEST(PitchMetrics, ScalesAndEntropy) {
  EXPECT_DOUBLE_EQ(scale_consistency(of_pitches({60, 62, 64, 65, 67, 69, 71})), 1);
  EXPECT_NEAR(scale_consistency(of_pitches({60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71})), 7.0 / 12, 1e-12);
  EXPECT_DOUBLE_EQ(pitch_class_entropy(of_pitches({60, 72})), 0);
  EXPECT_DOUBLE_EQ(pitch_class_entropy(of_pitches({60, 61})), 1);
}

TEST(PitchMetrics, RangeAndCounts) {
  const GridSong song = of_pitches({60, 72, 64});
  EXPECT_EQ(pitch_range(song), 12);
  EXPECT_EQ(n_pitches(song), 3);
  EXPECT_EQ(n_pitch_classes(song), 2);
}

TEST(PitchMetrics, DrumsAndNothingHaveNoPitches) {
  for (const GridSong& song : {grid_song(1, {{0, 0, kDrumProgram, 36, 20, 6}}), grid_song(1, {})}) {
    EXPECT_TRUE(std::isnan(pitch_class_distribution(song)[0]));
    EXPECT_TRUE(std::isnan(scale_consistency(song)));
    EXPECT_TRUE(std::isnan(pitch_class_entropy(song)));
    EXPECT_EQ(pitch_range(song), 0);
    EXPECT_EQ(n_pitch_classes(song), 0);
  }
  EXPECT_TRUE(std::isnan(pitch_class_distribution(std::span<const GridSong>{})[0]));
}

}  // namespace
}  // namespace songscape
