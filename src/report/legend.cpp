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

}  // namespace

Legend::Legend(std::vector<LegendEntry> entries, double width) : entries_(std::move(entries)) {
  if (entries_.empty()) return;
  double widest = 0;
  for (const LegendEntry& e : entries_)
    widest = std::max(widest, text_width(e.text, style_of(e)) + (is_heading(e) ? 0 : kSymbol));
  column_width_ = std::min({widest, kWidestText + kSymbol, width}) + kColumnGap;
  const size_t n_columns = std::max<size_t>(1, static_cast<size_t>((width + kColumnGap) / column_width_));
  for (n_rows_ = (entries_.size() + n_columns - 1) / n_columns;; ++n_rows_) {
    column_starts_ = columns_of(entries_, n_rows_);
    if (column_starts_.size() <= n_columns) break;
  }
}

double Legend::height() const { return static_cast<double>(n_rows_) * kRow; }

void Legend::draw(Figure& figure, Point top_left) const {
  for (size_t c = 0; c < column_starts_.size(); ++c) {
    const size_t end = c + 1 < column_starts_.size() ? column_starts_[c + 1] : entries_.size();
    const double x = top_left.x + static_cast<double>(c) * column_width_;
    for (size_t i = column_starts_[c]; i < end; ++i) {
      const LegendEntry& e = entries_[i];
      const double y = top_left.y + (static_cast<double>(i - column_starts_[c]) + .5) * kRow;
      if (e.marker) figure.marker({x + 6, y}, *e.marker, 8);
      if (e.stroke) figure.line({x, y}, {x + 14, y}, *e.stroke);
      const double indent = is_heading(e) ? 0 : kSymbol;
      TextStyle style = style_of(e);
      style.max_width = column_width_ - kColumnGap - indent + 1;
      figure.text({x + indent, y}, e.text, style);
    }
  }
}

}  // namespace songscape
