// A report as a list of sections, written as one HTML file that loads nothing (its policy forbids every request) or as
// Markdown.  All text given here is plain text: it is escaped on the way out.  A page runs no script, but for one with
// sortable tables: that has the one inline script of page_script.h, named in the policy by its hash, so that no other can
// run.  (Sorting by CSS alone needs rows that are no table rows: column widths and what screen readers say are lost.)
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/figure.h"
#include "report/table.h"

namespace songscape {

struct Paragraph {
  std::string text = {};
};
struct Card {
  std::string label = {}, value = {}, note = {};
};
struct Cards {
  std::vector<Card> cards = {};
};
enum class NoticeKind { good, note, warning };
struct Notice {
  NoticeKind kind = NoticeKind::note;
  std::string title = {}, text = {};
};
struct TableBlock {
  Table table = {};
  std::string caption = {};
  bool is_folded = false;                // closed until clicked
  std::vector<size_t> strong_rows = {};  // set in bold
  bool is_sortable = false;              // by a click on a column's name
};
// What stands in the page: the figure's SVG, or its PNG where that is smaller.
struct FigureBlock {
  FigureBlock(const Figure& figure, std::string caption, std::string file_name = {});
  std::string data_uri, alt, caption;
  double width = 0;
  std::string file_name = {};  // "training_curves": named in the Markdown form and under the figure
};
struct CodeBlock {
  std::string text = {};  // commands, one a line
};
// Terms and what they mean.
struct Definitions {
  std::vector<std::pair<std::string, std::string>> items = {};
  bool is_folded = false;
};
using Block = std::variant<Paragraph, Cards, Notice, TableBlock, FigureBlock, CodeBlock, Definitions>;

struct ReportSection {
  std::string title = {};
  std::vector<Block> blocks = {};
};

struct ReportPage {
  std::string title = {}, subtitle = {}, footer = {};
  std::vector<ReportSection> sections = {};

  std::string to_html() const;
  std::string to_markdown() const;  // figures as links to <file_name>.png beside it
  void save_html(const std::filesystem::path& path) const;
  void save_markdown(const std::filesystem::path& path) const;
};

// The scores of a run in plain words: what is high, what is low, what to beware of.
const Definitions& metric_glossary();

}  // namespace songscape
