#include "core/text.h"

#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(EscapeForTerminal, ShowsWhatWouldCommandOrHide) {
  EXPECT_EQ(escape_for_terminal("a\x1b[31m\nb\x80\u202e"), "a\\x1b[31m\\nb\\x80\\u202e");
  EXPECT_EQ(escape_for_terminal("héllo বাংলা"), "héllo বাংলা");
}

TEST(EscapeForHtml, LeavesNoMarkup) { EXPECT_EQ(escape_for_html("<script>'\"&"), "&lt;script&gt;&#39;&quot;&amp;"); }

TEST(Utf8, RefusesOverlongSurrogatesAndTruncation) {
  size_t at = 0;
  EXPECT_TRUE(is_valid_utf8("é€😀"));
  for (const char* bad : {"ab\xC0\xAF", "ab\xED\xA0\x80", "ab\xE2\x82", "ab\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(bad, &at)) << bad;
    EXPECT_EQ(at, 2u);
  }
  EXPECT_EQ(replace_invalid_utf8("a\xFF" "b"), "a\uFFFD" "b");
}

TEST(NearestName, FindsTypingMistakesOnly) {
  EXPECT_EQ(nearest_name("lantent_dim", {"latent_dim", "beta"}), "latent_dim");
  EXPECT_EQ(nearest_name("zzzzzz", {"latent_dim", "beta"}), std::nullopt);
}

TEST(ParseNumber, IsLocaleFreeAndTakesTheWholeText) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("-0"), 0.0);
  EXPECT_EQ(parse_number("007"), 7.0);
  for (const char* bad : {"", "1,5", "1e999", "nan", "inf", "0x1F", " 7 ", "١٢", "++1", "1.5x"}) EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(FormatNumber, ReadsBackAsTheSameDouble) {
  for (const double x : {0.1, 1.0 / 3, 1e-300, 12345678.9}) EXPECT_EQ(parse_number(format_number(x)), x);
}

}  // namespace
}  // namespace songscape
