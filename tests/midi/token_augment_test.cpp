#include "midi/token_augment.h"

#include <gtest/gtest.h>

#include "grid_songs.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

GridSong small_song() {
  GridSong song = grid_song(2, {{0, 0, 0, 60, 20, 24}, {0, 0, 0, 127 - 5, 20, 24}, {1, 0, kDrumProgram, 36, 20, 6}});
  song.bars[1].key = to_key(9, true);
  song.bars[1].tempo = 60;
  song.chords = {{0, 0, to_chord(11, ChordQuality::diminished)}, {1, 0, -1}};
  return song;
}

TEST(TokenAugment, PitchesKeysAndChordsMoveTogetherAndDrumsStay) {
  const auto tokens = transposed(to_tokens(small_song()), 3);
  ASSERT_TRUE(tokens);
  const GridSong song = from_tokens(*tokens);
  EXPECT_EQ(song.notes[0].pitch, 63);
  EXPECT_EQ(song.notes[1].pitch, 125);
  EXPECT_EQ(song.notes[2].pitch, 36);
  EXPECT_EQ(song.bars[0].key, to_key(3, false));
  EXPECT_EQ(song.bars[1].key, to_key(0, true));
  EXPECT_EQ(song.chords[0].chord, to_chord(2, ChordQuality::diminished));
  EXPECT_EQ(song.chords[1].chord, -1);
}

TEST(TokenAugment, NoPitchLeavesItsRange) {
  const std::vector<Token> tokens = to_tokens(small_song());
  EXPECT_EQ(transposition_range(tokens), (std::pair{-60, 5}));
  EXPECT_TRUE(transposed(tokens, 5));
  EXPECT_FALSE(transposed(tokens, 6));
  EXPECT_TRUE(transposed(tokens, -60));
  EXPECT_FALSE(transposed(tokens, -61));
}

TEST(TokenAugment, ThereAndBackIsTheSame) {
  Random random(6);
  for (int i = 0; i < 100; ++i) {
    const std::vector<Token> tokens = to_tokens(random_grid_song(random));
    const auto [least, greatest] = transposition_range(tokens);
    for (const int semitones : {least, greatest}) {
      const auto moved = transposed(tokens, semitones);
      ASSERT_TRUE(moved);
      EXPECT_NO_THROW(from_tokens(*moved));
      EXPECT_EQ(transposed(*moved, -semitones), tokens);
    }
  }
}

TEST(TokenAugment, TempiMoveTogetherOrNotAtAll) {
  const std::vector<Token> tokens = to_tokens(small_song());  // 42 and 60
  const auto faster = at_tempo(tokens, 3);
  ASSERT_TRUE(faster);
  EXPECT_EQ(from_tokens(*faster).bars[0].tempo, 45);
  EXPECT_EQ(from_tokens(*faster).bars[1].tempo, 63);
  EXPECT_FALSE(at_tempo(tokens, 4));
  EXPECT_TRUE(at_tempo(tokens, -42));
  EXPECT_FALSE(at_tempo(tokens, -43));
}

TEST(TokenAugment, NoTokensStayNone) {
  EXPECT_EQ(transposed({}, 100), std::vector<Token>{});
  EXPECT_EQ(at_tempo({}, 100), std::vector<Token>{});
}

}  // namespace
}  // namespace songscape
