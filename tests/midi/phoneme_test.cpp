#include "midi/phoneme.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

TEST(ParseSyllables, SplitsBetweenVowelsAndMarksStressAndLength) {
  const auto syllables = parse_syllables("Ha'bi:bi:");
  ASSERT_EQ(syllables.size(), 3u);
  EXPECT_EQ(syllables[0].onset, "H");
  EXPECT_FALSE(syllables[0].is_stressed);
  EXPECT_EQ(syllables[1].vowel, 'i');
  EXPECT_TRUE(syllables[1].is_stressed);
  EXPECT_TRUE(syllables[1].is_long);
  EXPECT_FALSE(syllables[0].is_long);
}

TEST(ParseSyllables, TheLastOfSeveralConsonantsBeginsTheNextSyllable) {
  const auto syllables = parse_syllables("fron'tera");
  ASSERT_EQ(syllables.size(), 3u);
  EXPECT_EQ(syllables[0].onset, "fr");
  EXPECT_EQ(syllables[0].coda, "n");
  EXPECT_EQ(syllables[1].onset, "t");
}

TEST(ParseSyllables, APlosiveStaysWithItsBreathOrLiquid) {
  const auto syllables = parse_syllables("bondhu");
  ASSERT_EQ(syllables.size(), 2u);
  EXPECT_EQ(syllables[0].coda, "n");
  EXPECT_EQ(syllables[1].onset, "dh");
}

TEST(ParseSyllables, NasalVowelsAndFinalConsonantsAreKept) {
  const auto syllables = parse_syllables("ca:~d");
  ASSERT_EQ(syllables.size(), 1u);
  EXPECT_TRUE(syllables[0].is_nasal);
  EXPECT_TRUE(syllables[0].is_long);
  EXPECT_EQ(syllables[0].coda, "d");
}

TEST(ParseSyllables, UnknownSymbolsAndWordsWithoutVowelsAreRefused) {
  EXPECT_THROW(parse_syllables("ka#"), Error);
  EXPECT_THROW(parse_syllables("str"), Error);
}

}  // namespace
}  // namespace songscape
