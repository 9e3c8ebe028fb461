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
