#include "midi/rhythm_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

GridSong with_onsets(const std::vector<std::vector<int>>& bars, int duration = 6) {
  std::vector<GridNote> notes;
  for (size_t bar = 0; bar < bars.size(); ++bar)
    for (const int position : bars[bar]) notes.push_back({static_cast<int>(bar), position, 0, 60, 20, duration});
  return grid_song(static_cast<int>(bars.size()), notes);
}

TEST(RhythmMetrics, ASteadyBeatIsCoherentAtTheBeatAndTheBar) {
  const RhythmicCoherence steady = rhythmic_coherence(with_onsets({{0, 24, 48, 72}, {0, 24, 48, 72}, {0, 24, 48, 72}}));
  EXPECT_NEAR(steady.beat, 1, 0.02);
  EXPECT_NEAR(steady.bar, 1, 0.02);
}

TEST(RhythmMetrics, ARhythmThatComesBackEachBarIsCoherentAtTheBarAlone) {
  const RhythmicCoherence c = rhythmic_coherence(with_onsets({{0, 10, 37, 80}, {0, 10, 37, 80}, {0, 10, 37, 80}}));
  EXPECT_GT(c.bar, 0.95);
  EXPECT_LT(c.beat, 0.2);
}

TEST(RhythmMetrics, ALittleUnevennessCostsLittle) {
  const RhythmicCoherence c = rhythmic_coherence(with_onsets({{0, 25, 48, 71}, {1, 24, 47, 72}, {0, 24, 49, 72}}));
  EXPECT_GT(c.beat, 0.75);
}

TEST(RhythmMetrics, CoherenceOfNothingOrOneBarIsUnknown) {
  EXPECT_TRUE(std::isnan(rhythmic_coherence(with_onsets({{}, {}})).beat));
  EXPECT_TRUE(std::isnan(rhythmic_coherence(with_onsets({{0}})).bar));
  EXPECT_FALSE(std::isnan(rhythmic_coherence(with_onsets({{0}})).beat));
}

TEST(RhythmMetrics, GrooveIsTheSharedPartOfNeighbouringRhythms) {
  EXPECT_DOUBLE_EQ(groove_consistency(with_onsets({{0, 48}, {0, 48}})), 1);
  EXPECT_DOUBLE_EQ(groove_consistency(with_onsets({{0, 48}, {24, 72}})), 0);
  EXPECT_DOUBLE_EQ(groove_consistency(with_onsets({{0, 48}, {0, 24}})), 1.0 / 3);
  EXPECT_DOUBLE_EQ(groove_consistency(with_onsets({{0}, {0}, {}, {}})), 0.5);  // 1, 0, and nothing to compare
}

TEST(RhythmMetrics, MusPysGrooveIsNearOneOfAnything) {
  const GridSong strangers = with_onsets({{0, 48}, {24, 72}});
  EXPECT_DOUBLE_EQ(muspy_groove_consistency(strangers), 1 - 4.0 / 96);
  // Ends with its bar: one more, empty, is compared.
  EXPECT_DOUBLE_EQ(muspy_groove_consistency(with_onsets({{0}, {72}}, 24)), 1 - 3.0 / (2 * 96));
}

TEST(RhythmMetrics, GrooveOfOneBarIsUnknown) {
  EXPECT_TRUE(std::isnan(groove_consistency(with_onsets({{0, 24}}))));
  EXPECT_TRUE(std::isnan(muspy_groove_consistency(with_onsets({{0, 24}}))));
  EXPECT_TRUE(std::isnan(groove_consistency(with_onsets({{}, {}}))));
}

TEST(RhythmMetrics, BeatsOfOtherMetresAreNotCompared) {
  GridSong song = with_onsets({{0}, {0}});
  song.bars[1].time_signature = 2;
  EXPECT_TRUE(std::isnan(groove_consistency(song)));
}

TEST(RhythmMetrics, BeatsWithoutSoundAreEmpty) {
  EXPECT_DOUBLE_EQ(empty_beat_rate(with_onsets({{0, 30}})), 0.5);
  EXPECT_DOUBLE_EQ(empty_beat_rate(with_onsets({{0}}, 30)), 0.5);
  EXPECT_DOUBLE_EQ(empty_beat_rate(with_onsets({{}})), 1);
  EXPECT_DOUBLE_EQ(empty_beat_rate(with_onsets({{0}, {}}, 192)), 0);
}

}  // namespace
}  // namespace songscape
