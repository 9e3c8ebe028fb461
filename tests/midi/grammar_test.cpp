#include "midi/grammar.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "midi/tokens.h"
#include "grid_songs.h"

namespace songscape {
namespace {

using K = TokenKind;

std::vector<uint8_t> mask_of(const Grammar& grammar) {
  std::vector<uint8_t> mask(kVocabularySize, 7);
  grammar.allowed(mask);
  for (int token = 0; token < kVocabularySize; ++token)
    EXPECT_EQ(mask[static_cast<size_t>(token)], grammar.allows(static_cast<Token>(token)) ? 1 : 0) << token;
  return mask;
}

Grammar after(std::initializer_list<Token> tokens) {
  Grammar grammar;
  for (const Token token : tokens) grammar.push(token);
  return grammar;
}

const auto kHead = {to_token(K::bos), to_token(K::time_signature, 2), to_token(K::any), to_token(K::tempo, 9),
                    to_token(K::bar)};

TEST(Grammar, BeginsWithBosAndEndsWithPadding) {
  EXPECT_EQ(after({}).wanted(), "BOS");
  Grammar grammar = after(kHead);
  EXPECT_FALSE(grammar.is_complete());
  grammar.push(to_token(K::eos));
  EXPECT_TRUE(grammar.is_complete());
  EXPECT_EQ(grammar.wanted(), "PAD");
  grammar.push(to_token(K::pad));
  EXPECT_TRUE(grammar.is_complete());
}

TEST(Grammar, PositionsLieInTheirBarAndAscend) {
  Grammar grammar = after(kHead);  // 3/4: 72 positions
  EXPECT_TRUE(grammar.allows(to_token(K::position, 71)));
  EXPECT_FALSE(grammar.allows(to_token(K::position, 72)));
  for (const Token token : {to_token(K::position, 30), to_token(K::no_chord)}) grammar.push(token);
  EXPECT_FALSE(grammar.allows(to_token(K::position, 30)));
  EXPECT_TRUE(grammar.allows(to_token(K::position, 31)));
}

TEST(Grammar, NothingChangesInTheFirstBarOrToWhatItIs) {
  Grammar grammar = after(kHead);
  EXPECT_EQ(grammar.wanted(), "EOS, BAR or POSITION");
  grammar.push(to_token(K::bar));
  EXPECT_EQ(grammar.wanted(), "EOS, BAR, POSITION, TEMPO, TIME_SIGNATURE or KEY");
  EXPECT_FALSE(grammar.allows(to_token(K::time_signature, 2)));
  EXPECT_FALSE(grammar.allows(to_token(K::tempo, 9)));
  grammar.push(to_token(K::key, 3));
  EXPECT_EQ(grammar.wanted(), "EOS, BAR, POSITION or TEMPO");
}

TEST(Grammar, AnEventHoldsAChordOrANote) {
  Grammar grammar = after(kHead);
  grammar.push(to_token(K::position, 0));
  EXPECT_EQ(grammar.wanted(), "NO_CHORD, PROGRAM or CHORD");
  grammar.push(to_token(K::chord, 5));
  EXPECT_EQ(grammar.wanted(), "EOS, BAR, POSITION or PROGRAM");
  grammar.push(to_token(K::position, 1));
  EXPECT_FALSE(grammar.allows(to_token(K::chord, 5)));
}

TEST(Grammar, ProgramsAscendInAnEventAndPitchesInAGroup) {
  Grammar grammar = after(kHead);
  for (const Token token : {to_token(K::position, 0), to_token(K::program, 5), to_token(K::pitch, 60),
                            to_token(K::velocity, 1), to_token(K::duration, 1)})
    grammar.push(token);
  EXPECT_FALSE(grammar.allows(to_token(K::pitch, 60)));
  EXPECT_TRUE(grammar.allows(to_token(K::pitch, 61)));
  EXPECT_FALSE(grammar.allows(to_token(K::drum, 61)));
  EXPECT_FALSE(grammar.allows(to_token(K::program, 5)));
  EXPECT_TRUE(grammar.allows(to_token(K::program, 6)));
  grammar.push(to_token(K::position, 1));
  EXPECT_TRUE(grammar.allows(to_token(K::pitch, 0)));    // program 5 is in force
  EXPECT_TRUE(grammar.allows(to_token(K::program, 4)));  // a new event
  EXPECT_FALSE(grammar.allows(to_token(K::program, 5)));
  grammar.push(to_token(K::program, kDrumProgram));
  EXPECT_EQ(grammar.wanted(), "DRUM");
  for (const Token token : {to_token(K::drum, 127), to_token(K::velocity, 1)}) grammar.push(token);
  EXPECT_EQ(grammar.wanted(), "EOS, BAR or POSITION");
}

TEST(Grammar, TheMaskAdmitsEveryTokenOfEverySong) {
  Random random(3);
  for (int i = 0; i < 30; ++i) {
    const std::vector<Token> tokens = to_tokens(random_grid_song(random));
    Grammar grammar;
    for (const Token token : tokens) {
      ASSERT_TRUE(mask_of(grammar)[token]);
      grammar.push(token);
    }
    EXPECT_TRUE(grammar.is_complete());
  }
}

TEST(Grammar, WhatIsDrawnUnderTheMaskIsAPieceOfMusic) {
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    Grammar grammar;
    std::vector<Token> tokens;
    const int64_t length = random.below(300);
    while (static_cast<int64_t>(tokens.size()) < length && !grammar.is_complete()) {
      const std::vector<uint8_t> mask = mask_of(grammar);
      std::vector<Token> may;
      for (size_t t = 0; t < mask.size(); ++t)
        if (mask[t]) may.push_back(static_cast<Token>(t));
      ASSERT_FALSE(may.empty());
      // The last of its kind now and then: positions and pitches at their ends.
      tokens.push_back(random.below(5) == 0 ? may.back()
                                            : may[static_cast<size_t>(random.below(static_cast<int64_t>(may.size())))]);
      grammar.push(tokens.back());
    }
    for (const Token token : grammar.ending()) tokens.push_back(token);
    EXPECT_EQ(to_tokens(from_tokens(tokens)), tokens);
  }
}

TEST(Grammar, EndingsAreShort) {
  EXPECT_EQ(after({}).ending().size(), 6u);
  Grammar grammar = after(kHead);
  EXPECT_EQ(grammar.ending(), std::vector<Token>{to_token(K::eos)});
  grammar.push(to_token(K::position, 0));
  EXPECT_EQ(grammar.ending().size(), 2u);
  for (const Token token : {to_token(K::program, 0), to_token(K::pitch, 127)}) grammar.push(token);
  EXPECT_EQ(grammar.ending().size(), 3u);
}

TEST(Grammar, ATokenThatMayNotFollowIsABrokenContract) {
  Grammar grammar;
  EXPECT_THROW(grammar.push(to_token(K::eos)), Error);
  EXPECT_THROW(grammar.push(60000), Error);
}

}  // namespace
}  // namespace songscape
