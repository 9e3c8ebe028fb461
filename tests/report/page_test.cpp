#include "report/page.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "examples.h"
#include "report/base64.h"
#include "report/svg.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

const std::string kHostile =
    "<script>alert(1)</script></style><img src=x onerror=alert(1)> javascript:alert(1) \u2028 \u202E \" ' & \xff";

// The hostile text wherever a page takes text.
ReportPage hostile_page() {
  Table table{{kHostile, "n"}, {}};
  table.add({kHostile, int64_t{1}});
  Figure figure(20, 20, kHostile);
  figure.text({5, 5}, kHostile, {});
  ReportPage page{.title = kHostile, .subtitle = kHostile, .footer = kHostile};
  const std::vector<Block> blocks{Paragraph{kHostile},
                                  Cards{{{kHostile, kHostile, kHostile}}},
                                  Notice{NoticeKind::warning, kHostile, kHostile},
                                  TableBlock{table, kHostile, false, {0}},
                                  TableBlock{table, kHostile, true, {}},
                                  FigureBlock(figure, kHostile, kHostile),
                                  CodeBlock{kHostile},
                                  Definitions{{{kHostile, kHostile}}}};
  page.sections = {{kHostile, blocks}, {kHostile, blocks}};
  return page;
}

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t i = text.find(part); i != text.npos; i = text.find(part, i + part.size())) ++n;
  return n;
}

TEST(Page, hostile_text_is_shown_as_text_everywhere) {
  const std::string html = hostile_page().to_html();
  EXPECT_EQ(count(html, "<script"), 0u);
  EXPECT_EQ(count(html, "</style"), 1u);
  EXPECT_EQ(count(html, "<img src=x"), 0u);
  EXPECT_EQ(count(html, "\u2028") + count(html, "\u202E") + count(html, "\xff"), 0u);
  EXPECT_GE(count(html, "&lt;script&gt;alert(1)&lt;/script&gt;"), 20u);
  EXPECT_EQ(count(html, "href=\"javascript:"), 0u);
}

TEST(Page, markdown_shows_hostile_text_as_text_too) {
  const std::string markdown = hostile_page().to_markdown();
  EXPECT_EQ(count(markdown, "<img src"), count(markdown, "    <script>alert(1)</script></style><img src"))
      << "tags stand in code blocks only";
  EXPECT_EQ(count(markdown, "\u202E"), 0u);
}

TEST(Page, forbids_scripts_and_requests) {
  const std::string html = examples::page().to_html();
  EXPECT_NE(html.find("default-src 'none'; img-src data:; style-src 'unsafe-inline'"), html.npos);
  for (const char* loads :
       {"http://", "https://", "src=\"/", "url(", "@import", "<link", "<script", "<iframe", "onload"})
    EXPECT_EQ(html.find(loads), html.npos) << loads;
}

TEST(Page, holds_every_section_table_and_figure) {
  const std::string html = examples::page().to_html();
  EXPECT_EQ(count(html, "<section"), 6u);
  EXPECT_EQ(count(html, "<figure>"), 6u);
  EXPECT_EQ(count(html, "<img src=\"data:image/"), 6u);
  EXPECT_EQ(count(html, "<table>"), 2u);
  for (size_t i = 1; i <= 6; ++i) {
    EXPECT_EQ(count(html, "<a href=\"#s" + std::to_string(i) + "\""), 1u);
    EXPECT_EQ(count(html, "<section id=\"s" + std::to_string(i) + "\""), 1u);
  }
  EXPECT_EQ(count(html, "<div"), count(html, "</div>"));
  EXPECT_EQ(count(html, "<p>"), count(html, "</p>"));
}

TEST(Page, markdown_links_the_files_of_its_figures) {
  ReportPage page;
  page.sections = {
      {"s", {FigureBlock(Figure(9, 9, "what"), "why", "sub/a_b"), FigureBlock(Figure(9, 9, ""), "", "a) b")}}};
  const std::string markdown = page.to_markdown();
  EXPECT_NE(markdown.find("![what](sub/a_b.png)\n\nwhy"), markdown.npos);
  EXPECT_NE(markdown.find("(a%29%20b.png)"), markdown.npos);
}

TEST(Page, an_empty_page_is_a_page) {
  const std::string html = ReportPage{}.to_html();
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
}

TEST(Page, is_published_whole) {
  const TemporaryFolder folder;
  const ReportPage page{.title = "t"};
  page.save_html(folder.path() / "report.html");
  page.save_markdown(folder.path() / "report.md");
  EXPECT_EQ(read_file(folder.path() / "report.html"), page.to_html());
  EXPECT_EQ(read_file(folder.path() / "report.md"), "# t\n\n");
}

TEST(Page, the_glossary_explains_every_score_of_the_tables) {
  std::string words;
  for (const auto& [term, meaning] : metric_glossary().items) words += term + "\n";
  for (const char* score :
       {"MSE", "Silhouette", "Calinski-Harabasz", "Davies-Bouldin", "ARI", "NMI", "Purity", "Trustworthiness"})
    EXPECT_NE(words.find(score), words.npos) << score;
}

TEST(Base64, matches_rfc_4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xff\xfe"), "///+");
}

TEST(Svg, ids_are_numbered_from_zero_in_each_document) {
  EXPECT_EQ(with_stable_ids("<g id=\"surface412\"/><use xlink:href=\"#surface412\"/><image id=\"image413\"/>"),
            "<g id=\"surface0\"/><use xlink:href=\"#surface0\"/><image id=\"image1\"/>");
}

}  // namespace
}  // namespace songscape
