#include <algorithm>
#include <cmath>

#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kRow = 16, kSymbol = 18, kColumnGap = 14, kWidestText = 190;

bool is_heading(const LegendEntry& e) { return !e.marker && !e.stroke; }

TextStyle style_of(const LegendEntry& e) {
  return {.size = kSmallSize, .colour = is_heading(e) ? kQuietInk : kInk, .is_bold = is_heading(e)};
}

// Where each column of at most n_rows starts, when blocks (a heading and its entries) are not parted unless longer
// than a column.
std::vector<size_t> columns_of(const std::vector<LegendEntry>& entries, size_t n_rows) {
  std::vector<size_t> starts{0};
  for (size_t i = 0; i < entries.size();) {
    size_t end = i + 1;
    if (is_heading(entries[i]))
      while (end < entries.size() && !is_heading(entries[end])) ++end;
    const size_t used = i - starts.back();
    if (used > 0 && used + (end - i) > n_rows) starts.push_back(i);
    for (; i < end; ++i)
      if (i - starts.back() >= n_rows) starts.push_back(i);
  }
  return starts;
}

double width_of(const LegendEntry& e) {
  const double text = std::min(text_width(e.text, style_of(e)), kWidestText);
  return text + (is_heading(e) ? 0 : kSymbol) + 2;
}

}  // namespace

Legend::Legend(std::vector<LegendEntry> entries, double width) : entries_(std::move(entries)) {
  if (entries_.empty()) return;
  std::vector<double> widths;
  for (const LegendEntry& e : entries_) widths.push_back(std::min(width_of(e), width));
  for (n_rows_ = 1;; ++n_rows_) {
    columns_.clear();
    const std::vector<size_t> starts = columns_of(entries_, n_rows_);
    double x = 0;
    for (size_t c = 0; c < starts.size(); ++c) {
      const size_t end = c + 1 < starts.size() ? starts[c + 1] : entries_.size();
      const double widest = *std::max_element(widths.begin() + static_cast<ptrdiff_t>(starts[c]),
                                              widths.begin() + static_cast<ptrdiff_t>(end));
      columns_.push_back({starts[c], end, x, widest});
      x += widest + kColumnGap;
    }
    if (columns_.size() == 1 || x - kColumnGap <= width) break;
  }
}

double Legend::height() const { return static_cast<double>(n_rows_) * kRow; }

void Legend::draw(Figure& figure, Point top_left) const {
  for (const Column& column : columns_)
    for (size_t i = column.begin; i < column.end; ++i) {
      const LegendEntry& e = entries_[i];
      const double x = top_left.x + column.x;
      const double y = top_left.y + (static_cast<double>(i - column.begin) + .5) * kRow;
      if (e.marker) figure.marker({x + 6, y}, *e.marker, 8);
      if (e.stroke) figure.line({x, y}, {x + 13, y}, *e.stroke);
      const double indent = is_heading(e) ? 0 : kSymbol;
      TextStyle style = style_of(e);
      style.max_width = column.width - indent;
      figure.text({x + indent, y}, e.text, style);
    }
}

}  // namespace songscape
