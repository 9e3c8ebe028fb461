#include "report/page.h"

#include <algorithm>

#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "report/base64.h"
#include "report/page_script.h"
#include "report/page_style.h"

namespace songscape {
namespace {

// Larger pictures are embedded as PNG where that is smaller.
constexpr size_t kLargestSvg = 300'000;

std::string data_uri_of(const Figure& figure) {
  const std::string svg = figure.to_svg();
  if (svg.size() > kLargestSvg)
    if (const std::string png = figure.to_png(); png.size() < svg.size())
      return "data:image/png;base64," + to_base64(png);
  return "data:image/svg+xml;base64," + to_base64(svg);
}

// Line ends of the text stay line ends; everything else is escaped.
std::string lines_as_html(const std::string& text, const std::string& line_end) {
  std::string out;
  for (const std::string& line : split(text, '\n')) out += (out.empty() ? "" : line_end) + escape_for_html(line);
  return out;
}

std::string folded(const std::string& summary, const std::string& contents) {
  return "<details><summary>" + escape_for_html(summary) + "</summary>" + contents + "</details>\n";
}

struct HtmlWriter {
  std::string operator()(const Paragraph& p) const { return "<p>" + lines_as_html(p.text, "<br>") + "</p>\n"; }

  std::string operator()(const Cards& cards) const {
    std::string out = "<div class=\"cards\">";
    for (const Card& c : cards.cards)
      out += "<div class=\"card\"><span>" + escape_for_html(c.label) + "</span><b>" + escape_for_html(c.value) +
             "</b><span>" + escape_for_html(c.note) + "</span></div>";
    return out + "</div>\n";
  }

  std::string operator()(const Notice& n) const {
    const char* kind = n.kind == NoticeKind::good ? "good" : n.kind == NoticeKind::warning ? "warning" : "note";
    return std::string("<div class=\"notice ") + kind + "\" role=\"note\"><b>" + escape_for_html(n.title) + "</b><p>" +
           lines_as_html(n.text, "<br>") + "</p></div>\n";
  }

  std::string operator()(const TableBlock& t) const {
    std::string html = t.table.to_html(t.is_folded ? "" : t.caption, t.strong_rows);
    if (t.is_sortable) html.replace(0, std::string_view("<table>").size(), "<table class=\"sortable\">");
    const std::string table = "<div class=\"scroll\">" + html + "</div>\n";
    return t.is_folded ? folded(t.caption.empty() ? "Table" : t.caption, table) : table;
  }

  std::string operator()(const FigureBlock& f) const {
    const std::string width = std::to_string(static_cast<int>(f.width));
    return "<figure><div class=\"scroll\"><img src=\"" + f.data_uri + "\" alt=\"" + escape_for_html(f.alt) +
           "\" width=\"" + width + "\" style=\"--w:" + width + "px\"></div><figcaption>" + escape_for_html(f.caption) +
           "</figcaption></figure>\n";
  }

  std::string operator()(const CodeBlock& c) const { return "<pre>" + lines_as_html(c.text, "\n") + "</pre>\n"; }

  std::string operator()(const Definitions& d) const {
    std::string out = "<dl>";
    for (const auto& [term, meaning] : d.items)
      out += "<dt>" + escape_for_html(term) + "</dt><dd>" + escape_for_html(meaning) + "</dd>";
    out += "</dl>\n";
    return d.is_folded ? folded("What the words mean", out) : out;
  }
};

bool has_sortable_table(const std::vector<ReportSection>& sections) {
  for (const ReportSection& s : sections)
    for (const Block& b : s.blocks)
      if (const auto* t = std::get_if<TableBlock>(&b); t && t->is_sortable) return true;
  return false;
}

// "script-src 'sha256-…'; " for the script alone.
std::string script_policy() {
  Sha256 hash;
  hash.update(kSortScript);
  const Sha256Digest digest = hash.finish();
  return "script-src 'sha256-" + to_base64(std::string(digest.begin(), digest.end())) + "'; ";
}

std::string section_id(size_t i) { return "s" + std::to_string(i + 1); }

}  // namespace

FigureBlock::FigureBlock(const Figure& figure, std::string caption_, std::string file_name_)
    : data_uri(data_uri_of(figure)),
      alt(figure.description()),
      caption(std::move(caption_)),
      width(figure.width()),
      file_name(std::move(file_name_)) {}

std::string ReportPage::to_html() const {
  const std::string name = escape_for_html(title);
  const bool has_script = has_sortable_table(sections);
  std::string out =
      std::string(
          "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ") +
      (has_script ? script_policy() : "") +
      "img-src data:; "
      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">\n<title>" +
      name + "</title><style>" + std::string(kPageStyle) + "</style></head>\n<body><header><h1>" + name + "</h1>";
  if (!subtitle.empty()) out += "<div class=\"quiet\">" + escape_for_html(subtitle) + "</div>";
  if (sections.size() > 1) {
    out += "<nav aria-label=\"Sections\">";
    for (size_t i = 0; i < sections.size(); ++i)
      out += "<a href=\"#" + section_id(i) + "\">" + escape_for_html(sections[i].title) + "</a>";
    out += "</nav>";
  }
  out += "</header>\n<main>\n";
  for (size_t i = 0; i < sections.size(); ++i) {
    out += "<section id=\"" + section_id(i) + "\"><h2>" + escape_for_html(sections[i].title) + "</h2>\n";
    for (const Block& b : sections[i].blocks) out += std::visit(HtmlWriter{}, b);
    out += "</section>\n";
  }
  out += "</main>\n<footer>" + lines_as_html(footer, "<br>") + "</footer>";
  if (has_script) out += "<script>" + std::string(kSortScript) + "</script>";
  return out + "</body></html>\n";
}

void ReportPage::save_html(const std::filesystem::path& path) const { publish_file(path, to_html()); }
void ReportPage::save_markdown(const std::filesystem::path& path) const { publish_file(path, to_markdown()); }

}  // namespace songscape
