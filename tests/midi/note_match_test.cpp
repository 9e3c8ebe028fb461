#include "midi/note_match.h"

#include <gtest/gtest.h>

#include "grid_songs.h"

namespace songscape {
namespace {

const GridSong kTruth = grid_song(
    2, {{0, 0, 0, 60, 20, 24}, {0, 24, 0, 62, 20, 24}, {1, 0, 1, 64, 20, 24}, {1, 0, kDrumProgram, 64, 20, 6}});

TEST(NoteMatch, ASongMatchesItself) {
  const NoteMatch match = match_notes(kTruth, kTruth);
  EXPECT_EQ(match.n_matched, 4);
  EXPECT_EQ(match.f1, 1);
}

TEST(NoteMatch, PitchAndOnsetHaveToAgree) {
  const GridSong found = grid_song(2, {{0, 0, 0, 60, 3, 6},
                                       {0, 25, 0, 62, 20, 24},
                                       {0, 24, 0, 63, 20, 24},
                                       {1, 0, 0, 64, 20, 24},
                                       {1, 48, 0, 64, 20, 24}});
  const NoteMatch match = match_notes(kTruth, found);  // 60, and 64 though of another program
  EXPECT_EQ(match.n_matched, 2);
  EXPECT_DOUBLE_EQ(match.precision, 0.4);
  EXPECT_DOUBLE_EQ(match.recall, 0.5);
  EXPECT_DOUBLE_EQ(match.f1, 4.0 / 9);
  EXPECT_EQ(match_notes(kTruth, found, {.tolerance = 1}).n_matched, 3);
  EXPECT_EQ(match_notes(kTruth, found, {.tolerance = 0, .by_program = true}).n_matched, 1);
}

TEST(NoteMatch, ANoteIsMatchedOnceAndTheMostPairsAreFound) {
  const auto at = [](std::vector<int> positions) {
    std::vector<GridNote> notes;
    for (const int position : positions) notes.push_back({0, position, 0, 60, 20, 1});
    return grid_song(1, notes);
  };
  EXPECT_EQ(match_notes(at({10}), at({9, 10, 11}), {.tolerance = 2}).n_matched, 1);
  EXPECT_EQ(match_notes(at({10, 12}), at({8, 11}), {.tolerance = 2}).n_matched,
            2);  // the nearest first would leave one
  EXPECT_EQ(match_notes(at({0, 2, 4}), at({2, 4, 6}), {.tolerance = 2}).n_matched, 3);
}

TEST(NoteMatch, OfNothing) {
  const GridSong nothing = grid_song(1, {});
  EXPECT_EQ(match_notes(nothing, nothing).f1, 1);
  EXPECT_EQ(match_notes(kTruth, nothing).f1, 0);
  EXPECT_EQ(match_notes(nothing, kTruth).precision, 0);
}

TEST(NoteMatch, BarsBeforeMoveWhatStandsBehindThem) {
  GridSong found = kTruth;
  found.bars[0].time_signature = 2;  // 3/4: the second bar begins a quarter earlier
  EXPECT_EQ(match_notes(kTruth, found).n_matched, 2);
  EXPECT_EQ(match_notes(kTruth, found, {.tolerance = 24}).n_matched, 4);
}

}  // namespace
}  // namespace songscape
