#include "text/lyrics.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/text.h"
#include "temporary_folder.h"
#include "text/decode_text.h"

namespace songscape {
namespace {

using namespace std::string_literals;

Lyrics plain(std::string_view bytes) { return parse_lyrics(bytes, LyricsFormat::plain, false); }
Lyrics lrc(std::string_view bytes) { return parse_lyrics(bytes, LyricsFormat::lrc, false); }
std::string strict_failure(std::string_view bytes) {
  try {
    parse_lyrics(bytes, LyricsFormat::plain, true);
  } catch (const LyricsFailure& e) {
    return e.what();
  }
  return "";
}

TEST(Lyrics, KeepsUtf8AsItIs) {
  const Lyrics lyrics = plain("Où es-tu\nनमस्ते 👩‍👩‍👧 שלום\n");
  EXPECT_EQ(lyrics.text, "Où es-tu\nनमस्ते 👩‍👩‍👧 שלום\n");
  EXPECT_TRUE(lyrics.warnings.empty());
}

TEST(Lyrics, ReplacesMalformedUtf8AndTellsTheOffset) {
  const struct {
    std::string bytes, text, warning;
  } cases[] = {
      {"ab\xFFz", "ab\uFFFDz", "not UTF-8: 1 malformed sequence replaced, the first at byte 2"},
      {"\xC0\xAF", "\uFFFD\uFFFD", "not UTF-8: 2 malformed sequences replaced, the first at byte 0"},
      {"a\xED\xA0\x80", "a\uFFFD\uFFFD\uFFFD", "not UTF-8: 3 malformed sequences replaced, the first at byte 1"},
      {"truncated \xE2\x82", "truncated \uFFFD\uFFFD",
       "not UTF-8: 2 malformed sequences replaced, the first at byte 10"},
      {"caf\xE9", "caf\uFFFD", "not UTF-8: 1 malformed sequence replaced, the first at byte 3"}};
  for (const auto& c : cases) {
    const Lyrics lyrics = plain(c.bytes);
    EXPECT_EQ(lyrics.text, c.text);
    EXPECT_EQ(lyrics.warnings, std::vector{c.warning});
    EXPECT_EQ(strict_failure(c.bytes), c.warning);
  }
  EXPECT_EQ(strict_failure("fine"), "");
}

TEST(Lyrics, DecodesByteOrderMarks) {
  EXPECT_EQ(plain("\xEF\xBB\xBFhi").text, "hi");
  EXPECT_EQ(plain("\xFF\xFEh\0\x3D\xD8\x00\xDE"s).text, "h😀");
  EXPECT_EQ(plain("\xFE\xFF\0h\xD8\x3D\xDE\x00"s).text, "h😀");
  EXPECT_EQ(plain("\xFF\xFE\0\0\x00\xF6\x01\0"s).text, "😀");
  EXPECT_EQ(plain("\0\0\xFE\xFF\0\x01\xF6\x00"s).text, "😀");
  EXPECT_TRUE(plain("\xFF\xFEh\0"s).warnings.empty());
}

TEST(Lyrics, ReplacesLoneSurrogatesAndHalfUnits) {
  const Lyrics lone = plain("\xFF\xFE\x00\xD8h\0"s);
  EXPECT_EQ(lone.text, "\uFFFDh");
  EXPECT_EQ(lone.warnings, std::vector{"not UTF-16: 1 malformed sequence replaced, the first at byte 2"s});
  EXPECT_EQ(plain("\xFF\xFEh\0x"s).text, "h\uFFFD");
  EXPECT_EQ(plain("\xFF\xFE\0\0\0\0\x11\0"s).text, "\uFFFD");
}

TEST(Lyrics, WarnsOfUnmarkedUtf16) {
  const Lyrics lyrics = plain("h\0i\0"s);
  EXPECT_EQ(lyrics.text, "h\0i\0"s);
  ASSERT_EQ(lyrics.warnings.size(), 1u);
  EXPECT_NE(lyrics.warnings[0].find("NUL"), std::string::npos);
}

TEST(Lyrics, KeepsControlsAndMarkup) {
  const std::string text = "a\x1B[31m \u202E \u200B <script>alert(1)</script> \U000E0041\n";
  EXPECT_EQ(plain(text).text, text);
}

TEST(Lyrics, EndsEveryLineTheSameWay) {
  EXPECT_EQ(plain("a\r\nb\rc\u2028d\u2029e\u0085f\n").text, "a\nb\nc\nd\ne\nf\n");
}

TEST(Lyrics, TakesBlankForNone) {
  for (const char* blank : {"", " \t\r\n \r", "\xEF\xBB\xBF", "\n\n\n"}) EXPECT_EQ(plain(blank).text, "");
  EXPECT_EQ(lrc("[ar:Somebody]\n[00:10.00]\n").text, "");
}

TEST(Lyrics, RefusesMoreThanEightMebibytes) {
  EXPECT_EQ(plain(std::string(kMaxLyricsBytes, 'a')).text.size(), kMaxLyricsBytes);
  EXPECT_THROW(plain(std::string(kMaxLyricsBytes + 1, 'a')), LyricsFailure);
  const TemporaryFolder folder;
  publish_file(folder.path() / "a.txt", "x");
  fs::resize_file(folder.path() / "a.txt", uint64_t{1} << 32);
  EXPECT_THROW(read_lyrics_file(folder.path() / "a.txt", false), LyricsFailure);
}

TEST(Lyrics, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  ::mkfifo((folder.path() / "a.txt").c_str(), 0600);
  EXPECT_THROW(read_lyrics_file(folder.path() / "a.txt", false), LyricsFailure);
  EXPECT_THROW(read_lyrics_file(folder.path(), false), LyricsFailure);
  EXPECT_THROW(read_lyrics_file(folder.path() / "none.txt", false), LyricsFailure);
}

TEST(Lrc, GivesTheWordsInTheOrderOfSinging) {
  const Lyrics lyrics = lrc("[ti:Song]\n[00:01.00]one\n[00:05.50][00:15]chorus\n[00:10:20]two\n");
  EXPECT_EQ(lyrics.text, "one\nchorus\ntwo\nchorus\n");
  EXPECT_TRUE(lyrics.warnings.empty());
}

TEST(Lrc, DropsWordStampsAndKeepsWordsInBrackets) {
  EXPECT_EQ(lrc("[00:01.00]<00:01.00>a <00:01.50>b <3\n[Chorus]\nend\n").text, "a b <3\n[Chorus]\nend\n");
}

TEST(Lrc, WarnsOfEachBadLineAndKeepsItsText) {
  const Lyrics lyrics =
      lrc("[00:20.00]a\n[99:99.99]b\n[00:01.00]c\n[[00:30]]d\n[offset:999999999999]\n[1e5:00]e\n[00:-3]f");
  EXPECT_EQ(lyrics.warnings,
            (std::vector<std::string>{"line 2: '99:99.99' is no time", "line 3: its time is before the line above",
                                      "line 4: brackets do not match", "line 5: the offset is no time",
                                      "line 6: '1e5:00' is no time", "line 7: '00:-3' is no time"}));
  for (const char* word : {"a", "b", "c", "d", "e", "f"}) EXPECT_NE(lyrics.text.find(word), std::string::npos) << word;
}

TEST(Lrc, CapsItsWarnings) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "[99:99]x\n";
  EXPECT_EQ(lrc(text).warnings.size(), 21u);
  EXPECT_EQ(lrc(text).warnings.back(), "and 80 more");
}

TEST(Lrc, IsKnownByItsName) {
  const TemporaryFolder folder;
  publish_file(folder.path() / "a.LRC", "[00:01]x");
  publish_file(folder.path() / "a.txt", "[00:01]x");
  EXPECT_EQ(read_lyrics_file(folder.path() / "a.LRC", false).text, "x\n");
  EXPECT_EQ(read_lyrics_file(folder.path() / "a.txt", false).text, "[00:01]x");
}

}  // namespace
}  // namespace songscape
