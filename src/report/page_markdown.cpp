#include <cctype>

#include "core/text.h"
#include "report/page.h"

namespace songscape {
namespace {

// Text that Markdown reads as text: HTML escaped, and its own signs too.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : escape_for_html(text)) {
    if (std::string_view("\\`*_[]|#~").find(c) != std::string_view::npos && !(c == '#' && out.ends_with('&')))
      out += '\\';
    out += c;
  }
  return out;
}

std::string plain_lines(const std::string& text, const std::string& line_end) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& l : lines) l = plain(l);
  return join(lines, line_end);
}

// A relative link's target, with everything else than plain file names' letters as %XX.
std::string link_target(const std::string& path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("/._-").find(c) != std::string_view::npos)
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

struct MarkdownWriter {
  std::string operator()(const Paragraph& p) const { return plain_lines(p.text, "  \n") + "\n\n"; }

  std::string operator()(const Cards& cards) const {
    std::string out;
    for (const Card& c : cards.cards)
      out += "- " + plain(c.label) + ": **" + plain(c.value) + "**" +
             (c.note.empty() ? "" : " (" + plain(c.note) + ")") + "\n";
    return out + "\n";
  }

  std::string operator()(const Notice& n) const {
    return "> **" + plain(n.title) + "**  \n> " + plain_lines(n.text, "  \n> ") + "\n\n";
  }

  std::string operator()(const TableBlock& t) const {
    return (t.caption.empty() ? "" : plain(t.caption) + "\n\n") + t.table.to_markdown() + "\n";
  }

  std::string operator()(const FigureBlock& f) const {
    if (f.file_name.empty()) return plain(f.caption) + "\n\n";
    return "![" + plain(f.alt) + "](" + link_target(f.file_name) + ".png)\n\n" + plain(f.caption) + "\n\n";
  }

  std::string operator()(const CodeBlock& c) const {
    std::string out;
    for (const std::string& line : split(c.text, '\n')) out += "    " + escape_for_terminal(line) + "\n";
    return out + "\n";
  }

  std::string operator()(const Definitions& d) const {
    std::string out;
    for (const auto& [term, meaning] : d.items) out += "- **" + plain(term) + "**: " + plain(meaning) + "\n";
    return out + "\n";
  }
};

}  // namespace

std::string ReportPage::to_markdown() const {
  std::string out = "# " + plain(title) + "\n\n";
  if (!subtitle.empty()) out += plain(subtitle) + "\n\n";
  for (const ReportSection& s : sections) {
    out += "## " + plain(s.title) + "\n\n";
    for (const Block& b : s.blocks) out += std::visit(MarkdownWriter{}, b);
  }
  if (!footer.empty()) out += plain_lines(footer, "  \n") + "\n";
  return out;
}

}  // namespace songscape
