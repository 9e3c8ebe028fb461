#include "midi/harmony.h"

#include <gtest/gtest.h>

#include "grid_songs.h"

namespace songscape {
namespace {

// A triad a bar, its root in the bass, and the tune of a scale above.
GridSong progression(const std::vector<std::vector<int>>& chords) {
  std::vector<GridNote> notes;
  for (size_t bar = 0; bar < chords.size(); ++bar) {
    const int b = static_cast<int>(bar);
    notes.push_back({b, 0, 32, 36 + chords[bar][0] % 12, 20, 96});
    for (const int pitch : chords[bar]) notes.push_back({b, 0, 0, 60 + pitch, 20, 96});
  }
  return grid_song(static_cast<int>(chords.size()), notes);
}

const std::vector<std::vector<int>> kCadence = {{0, 4, 7}, {5, 9, 12}, {7, 11, 14, 17}, {0, 4, 7}};

TEST(Harmony, ACadenceIsInItsKey) {
  const KeyEstimate key = estimate_key(progression(kCadence));
  EXPECT_EQ(key.key, to_key(0, false));
  EXPECT_GT(key.confidence, 0.5);
  EXPECT_LE(key.confidence, 1);
}

TEST(Harmony, AMinorCadenceIsInItsKey) {
  EXPECT_EQ(estimate_key(progression({{9, 12, 16}, {2, 5, 9}, {4, 8, 11}, {9, 12, 16}})).key, to_key(9, true));
}

TEST(Harmony, ChordsChangeWhereTheyDo) {
  const ChordEstimate estimate = estimate_chords(progression(kCadence));
  const std::vector<GridChord> expected = {{0, 0, to_chord(0, ChordQuality::major)},
                                           {1, 0, to_chord(5, ChordQuality::major)},
                                           {2, 0, to_chord(7, ChordQuality::dominant7)},
                                           {3, 0, to_chord(0, ChordQuality::major)}};
  EXPECT_EQ(estimate.chords, expected);
  EXPECT_NEAR(estimate.confidence, 1, 1e-12);
}

TEST(Harmony, SilenceHasNoChordAndNoKey) {
  const GridSong song = grid_song(2, {{0, 0, kDrumProgram, 36, 20, 6}});
  EXPECT_EQ(estimate_key(song).key, -1);
  EXPECT_EQ(estimate_key(song).confidence, 0);
  EXPECT_EQ(estimate_chords(song).chords, (std::vector<GridChord>{{0, 0, -1}}));
  EXPECT_EQ(estimate_chords(song).confidence, 0);
}

TEST(Harmony, AChordHoldsOnItsBeatsUntilTheNext) {
  GridSong song = grid_song(2, {});
  song.chords = {{0, 30, 5}, {1, 0, -1}};
  std::vector<int> chords;
  for (const BeatChord& beat : chords_of_beats(song)) chords.push_back(beat.chord);
  EXPECT_EQ(chords, (std::vector<int>{-1, -1, 5, 5, -1, -1, -1, -1}));
}

TEST(Harmony, EstimatesOfAnySongKeepTheContractOfTheGrid) {
  Random random(7);
  for (int i = 0; i < 100; ++i) {
    GridSong song = random_grid_song(random);
    song.chords = estimate_chords(song).chords;
    EXPECT_NO_THROW(check_grid_song(song));
    EXPECT_LT(estimate_key(song).key, kNumKeys);
  }
}

TEST(Harmony, TranspositionMovesTheEstimates) {
  auto up = kCadence;
  for (auto& chord : up)
    for (int& pitch : chord) pitch += 5;
  EXPECT_EQ(estimate_key(progression(up)).key, to_key(5, false));
  EXPECT_EQ(root_of(estimate_chords(progression(up)).chords[1].chord), 10);
}

}  // namespace
}  // namespace songscape
