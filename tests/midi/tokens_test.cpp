#include "midi/tokens.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "midi/grammar.h"
#include "grid_songs.h"

namespace songscape {
namespace {

using K = TokenKind;

std::vector<std::string> texts(const std::vector<Token>& tokens) {
  std::vector<std::string> out;
  for (const Token token : tokens) out.push_back(to_text(token));
  return out;
}

// Two bars: a chord under a melody and drums, then a change of key.
GridSong small_song() {
  GridSong song;
  song.bars = {{kFourFour, 42, 0}, {kFourFour, 42, 7}};
  song.notes = {{0, 0, 0, 60, 20, 24},
                {0, 0, 0, 64, 20, 48},
                {0, 0, kDrumProgram, 36, 25, kDrumSteps},
                {0, 24, kDrumProgram, 38, 25, kDrumSteps},
                {1, 12, 0, 67, 31, 384}};
  song.chords = {{0, 0, to_chord(0, ChordQuality::major)}, {1, 0, -1}};
  return song;
}

TEST(Tokens, ASmallSongHasThese) {
  const std::vector<std::string> expected = {
      "BOS",         "TIME_SIGNATURE 4/4", "KEY C major",   "TEMPO 120",   "BAR",          "POSITION 0",
      "CHORD C:maj", "PROGRAM 0",          "PITCH 60",      "VELOCITY 20", "DURATION 24",  "PITCH 64",
      "VELOCITY 20", "DURATION 48",        "PROGRAM drums", "DRUM 36",     "VELOCITY 25",  "POSITION 24",
      "DRUM 38",     "VELOCITY 25",        "BAR",           "KEY G major", "POSITION 0",   "NO_CHORD",
      "POSITION 12", "PROGRAM 0",          "PITCH 67",      "VELOCITY 31", "DURATION 384", "EOS"};
  EXPECT_EQ(texts(to_tokens(small_song())), expected);
}

TEST(Tokens, ChordsMayBeLeftOut) {
  const std::vector<Token> tokens = to_tokens(small_song(), {.chords = false});
  for (const Token token : tokens) EXPECT_TRUE(kind_of(token) != K::chord && kind_of(token) != K::no_chord);
  GridSong without = small_song();
  without.chords.clear();
  EXPECT_EQ(from_tokens(tokens), without);
}

TEST(Tokens, AnEmptyBarIsASong) {
  GridSong song;
  song.bars = {{}};
  EXPECT_EQ(texts(to_tokens(song)),
            (std::vector<std::string>{"BOS", "TIME_SIGNATURE 4/4", "ANY", "TEMPO 120", "BAR", "EOS"}));
  EXPECT_EQ(from_tokens(to_tokens(song)), song);
}

TEST(Tokens, RandomSongsComeBack) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const GridSong song = random_grid_song(random);
    const std::vector<Token> tokens = to_tokens(song);
    EXPECT_EQ(from_tokens(tokens), song);
  }
}

TEST(Tokens, PaddingBehindTheEndIsLeftOut) {
  std::vector<Token> tokens = to_tokens(small_song());
  tokens.resize(tokens.size() + 5, to_token(K::pad));
  EXPECT_EQ(from_tokens(tokens), small_song());
}

TEST(Tokens, FaultsNameThePlaceAndWhatMayStandThere) {
  std::vector<Token> tokens = to_tokens(small_song());
  tokens[5] = to_token(K::velocity, 3);
  try {
    from_tokens(tokens);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    EXPECT_EQ(e.parts().where, "token 5");
    EXPECT_EQ(e.parts().seen, "VELOCITY 3");
    EXPECT_EQ(e.parts().wanted, "EOS, BAR or POSITION");
  }
  try {
    from_tokens(std::vector<Token>{to_token(K::bos)});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.parts().wanted, "TIME_SIGNATURE");
  }
  EXPECT_THROW(from_tokens({}), Error);
  EXPECT_THROW(from_tokens(std::vector<Token>{60000}), Error);
}

TEST(Tokens, RandomTokensAreRefusedOrRead) {
  Random random(2);
  for (int i = 0; i < 3000; ++i) {
    std::vector<Token> tokens = to_tokens(small_song());
    for (int64_t n = 1 + random.below(3); n > 0; --n)
      tokens[static_cast<size_t>(random.below(static_cast<int64_t>(tokens.size())))] =
          static_cast<Token>(random.below(800));
    try {
      EXPECT_EQ(to_tokens(from_tokens(tokens)), tokens);
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    }
  }
}

TEST(Tokens, BrokenSongsAreRefused) {
  const auto broken = [](auto change) {
    GridSong song = small_song();
    change(song);
    EXPECT_THROW(to_tokens(song), Error);
  };
  broken([](GridSong& s) { s.bars.clear(); });
  broken([](GridSong& s) { s.bars[1].key = -1; });
  broken([](GridSong& s) { s.notes[0].position = 96; });
  broken([](GridSong& s) { s.notes[0].duration = 49; });
  broken([](GridSong& s) { s.notes[2].duration = 24; });
  broken([](GridSong& s) { s.notes[1].pitch = 60; });
  broken([](GridSong& s) { s.notes[0].velocity = 32; });
  broken([](GridSong& s) { s.notes[4].bar = 2; });
  broken([](GridSong& s) { s.chords[1].chord = s.chords[0].chord; });
}

}  // namespace
}  // namespace songscape
