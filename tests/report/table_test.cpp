#include "report/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace songscape {
namespace {

Table example() {
  Table t{{"name", "songs", "ARI"}, {}};
  t.add({std::string("k-means"), int64_t{900}, .48321});
  t.add({std::string("=1+2|<b>"), std::monostate{}, std::nan("")});
  return t;
}

TEST(Table, text_is_aligned_with_numbers_to_the_right) {
  EXPECT_EQ(example().to_text(), "name      songs     ARI\nk-means     900  0.4832\n=1+2|<b>            nan\n");
}

TEST(Table, a_column_of_scores_has_one_number_of_decimals) {
  Table t{{"ARI", "CH", "tiny"}, {}};
  t.add({.7, 12067.75, 1e-9});
  t.add({.48321, .225, .5});
  t.add({-.00084, 3.0, std::nan("")});
  EXPECT_EQ(t.to_text(),
            "    ARI     CH   tiny\n 0.7000  12068  1e-09\n 0.4832  0.225    0.5\n-0.0008      3    nan\n");
}

TEST(Table, text_is_cut_to_a_narrow_terminal_but_numbers_are_not) {
  Table t{{"title", "songs"}, {}};
  t.add({std::string("a very long title of a song"), int64_t{123456}});
  t.add({std::string("শুভ সকাল বাংলাদেশ শুভ সকাল"), int64_t{1}});
  const std::string text = t.to_text(24);
  EXPECT_NE(text.find("a very long tit…  123456\n"), text.npos) << text;
  EXPECT_NE(t.to_text(5).find("a very …  123456\n"), text.npos) << t.to_text(5);
  EXPECT_NE(t.to_text().find("a very long title of a song  123456\n"), text.npos);
}

TEST(Table, csv_keeps_every_digit_and_guards_formulas) {
  EXPECT_EQ(example().to_csv(), "name,songs,ARI\nk-means,900,0.48321\n'=1+2|<b>,,nan\n");
}

TEST(Table, json_has_null_for_what_is_absent) {
  const Json json = example().to_json();
  EXPECT_EQ(json[0]["songs"], 900);
  EXPECT_TRUE(json[1]["songs"].is_null());
}

TEST(Table, html_escapes_and_marks_numbers_and_strong_rows) {
  const std::string html = example().to_html("a < b", {1});
  EXPECT_NE(html.find("<caption>a &lt; b</caption>"), html.npos);
  EXPECT_NE(html.find("<tr class=\"strong\"><td>=1+2|&lt;b&gt;</td>"), html.npos);
  EXPECT_NE(html.find("<th class=\"n\">ARI</th>"), html.npos);
  EXPECT_NE(html.find("<td class=\"n\">0.4832</td>"), html.npos);
}

TEST(Table, markdown_escapes_its_own_separator) {
  EXPECT_NE(example().to_markdown().find("=1+2\\|&lt;b&gt;"), std::string::npos);
}

TEST(Table, a_row_of_the_wrong_length_is_refused) {
  Table t = example();
  EXPECT_THROW(t.add({int64_t{1}}), Error);
}

}  // namespace
}  // namespace songscape
