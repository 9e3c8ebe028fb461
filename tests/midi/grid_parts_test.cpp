#include "midi/grid_parts.h"

#include <gtest/gtest.h>

#include "midi/grid_songs.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

TEST(GridParts, PiecesOfASongJoinedAreTheSong) {
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    const GridSong song = random_grid_song(random);
    const auto n = static_cast<int>(song.bars.size()), first = static_cast<int>(random.below(n + 1));
    GridSong joined = first > 0 ? cut_bars(song, 0, first) : GridSong{};
    if (first < n) append_bars(joined, cut_bars(song, first, n - first));
    EXPECT_EQ(to_tokens(joined, {.chords = false}), to_tokens(song, {.chords = false}));
    check_grid_song(joined);
  }
}

TEST(GridParts, SongsOfAnyKindJoinToOneThatHolds) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    GridSong song = random_grid_song(random);
    const GridSong more = random_grid_song(random);
    const size_t n_bars = song.bars.size() + more.bars.size(), n_notes = song.notes.size() + more.notes.size();
    append_bars(song, more);
    check_grid_song(song);
    EXPECT_EQ(song.bars.size(), n_bars);
    EXPECT_EQ(song.notes.size(), n_notes);
    EXPECT_EQ(from_tokens(to_tokens(song)).notes, song.notes);
  }
}

TEST(GridParts, AKeyOnceKnownGoesOnAndAChordEndsWhereThePieceEnds) {
  GridSong song = grid_song(1, {});
  song.chords = {{0, 0, to_chord(7, ChordQuality::major)}};
  GridSong unknown = grid_song(1, {});
  unknown.bars[0].key = -1;
  append_bars(song, unknown);
  EXPECT_EQ(song.bars[1].key, 0);
  EXPECT_EQ(song.chords.back(), (GridChord{1, 0, -1}));
}

}  // namespace
}  // namespace songscape
