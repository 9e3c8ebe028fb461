#include "text/words.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

using Words = std::vector<std::string>;

Words words(std::string_view text) { return WordReader().words(text); }

TEST(Words, OfFiveScriptsKeepTheirMarks) {
  EXPECT_EQ(words("Über die Brücke, señor!"), (Words{"über", "die", "brücke", "señor"}));
  EXPECT_EQ(words("وَعابِدٍ جاءَ، مِنَ"), (Words{"وَعابِدٍ", "جاءَ", "مِنَ"}));
  EXPECT_EQ(words("আমি তোমায় ভালোবাসি।"), (Words{"আমি", "তোমায়", "ভালোবাসি"}));
  EXPECT_EQ(words("गिरिजा चकित भई॥ सुनि।"), (Words{"गिरिजा", "चकित", "भई", "सुनि"}));
  EXPECT_EQ(words("사랑해 널"), (Words{"사랑해", "널"}));
}

TEST(Words, OfScriptsWithoutSpacesComeFromIcusDictionaries) {
  EXPECT_EQ(words("ฉันรักเธอ"), (Words{"ฉัน", "รัก", "เธอ"}));
  EXPECT_GE(words("私は海が好きです").size(), 4u);
}

TEST(Words, AreEqualHoweverTheyAreComposedOrCased) {
  EXPECT_EQ(words("Café"), words("CAFE\u0301"));
  EXPECT_EQ(words("STRASSE"), words("Straße"));
  EXPECT_EQ(words("ﬁre Ｆｕｌｌ"), (Words{"fire", "full"}));
  EXPECT_EQ(words("ज़िन्दगी"), words("\u091C\u093Cिन्दगी"));  // ज़ as one code point and as two
  EXPECT_EQ(words("\u09DC"), words("\u09A1\u09BC"));       // Bangla ড়
  EXPECT_EQ(words("각"), words("\u1100\u1161\u11A8"));     // Hangul jamo
  EXPECT_EQ(words("ΣΊΣΥΦΟΣ"), words("σίσυφος"));
}

TEST(Words, DoNotDependOnWhatCannotBeSeen) {
  EXPECT_EQ(words("\u0995\u09CD\u200D\u09B7"), words("\u0995\u09CD\u09B7"));  // ZWJ in a conjunct
  EXPECT_EQ(words("می\u200Cخواهم"), Words{"میخواهم"});                        // ZWNJ within a word
  EXPECT_EQ(words("so\u00ADft wo\u200Brd"), (Words{"soft", "word"}));
  EXPECT_EQ(words("\u202Elove\u202C \u2066me\u2069"), (Words{"love", "me"}));
  EXPECT_EQ(words("tag\U000E0061\U000E0062"), Words{"tag"});
}

TEST(Words, KeepApostrophesAndDigitsAndDropTheRest) {
  EXPECT_EQ(words("don't l'amour 24/7 -- rock'n'roll"), (Words{"don't", "l'amour", "24", "7", "rock'n'roll"}));
  EXPECT_EQ(words("♪ 👩‍👩‍👧 😀!? … [ ] ♥"), Words{});
  EXPECT_EQ(words("I 👩🏽‍🚀 U"), (Words{"i", "u"}));
}

TEST(Words, ControlsAndMalformedBytesAreNone) {
  using namespace std::string_literals;
  EXPECT_EQ(words("a\0b"s), (Words{"a", "b"}));
  EXPECT_EQ(words("\x1b[31mred\x07"), (Words{"31mred"}));
  EXPECT_EQ(words("ab\xFF\xC0\xAFz"), (Words{"ab", "z"}));
  EXPECT_EQ(words("\xED\xA0\x80"), Words{});
  EXPECT_EQ(words(""), Words{});
  EXPECT_EQ(words(" \n\t\u2028\u3000"), Words{});
}

TEST(Words, AreCutWhereTheyGrowWithoutEnd) {
  std::string zalgo = "h";
  for (int i = 0; i < 1000; ++i) zalgo += "\u0336";
  const Words one = words(zalgo + "i");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(letters_of(one[0]).size(), 2u);
  EXPECT_EQ(one[0].size(), 2 + 2 * static_cast<size_t>(kMaxMarks));
  const Words endless = words(std::string(1 << 20, 'a'));
  ASSERT_EQ(endless.size(), 1u);
  EXPECT_EQ(endless[0], std::string(kMaxLetters, 'a'));
}

TEST(Words, OfATextAboveTheLimitAreRefused) {
  std::string text;
  while (text.size() < kMaxTextBytes) text += "la la ";
  text.resize(kMaxTextBytes);
  EXPECT_GT(words(text).size(), 2'000'000u);
  text += ' ';
  try {
    words(text);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    EXPECT_NE(std::string(e.what()).find("at most 8 MiB"), std::string::npos);
  }
}

TEST(Letters, CarryTheirMarks) {
  const auto letters = [](const std::string& word) {
    const auto views = letters_of(word);
    return std::vector<std::string>(views.begin(), views.end());
  };
  EXPECT_EQ(letters("abc"), (Words{"a", "b", "c"}));
  EXPECT_EQ(letters("वाँद"), (Words{"वाँ", "द"}));
  EXPECT_EQ(letters("क्षण"), (Words{"क्", "ष", "ण"}));
  EXPECT_EQ(letters("لَيْل"), (Words{"لَ", "يْ", "ل"}));
  EXPECT_EQ(letters("\u0301x"), (Words{"\u0301", "x"}));
  EXPECT_EQ(letters(""), Words{});
}

}  // namespace
}  // namespace songscape
