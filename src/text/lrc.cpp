#include "text/lrc.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/text.h"

namespace songscape {
namespace {

constexpr double kMaxOffsetMs = 3'600'000;

// "mm:ss", "mm:ss.xx" or "mm:ss:xx", up to 999 minutes.
std::optional<double> parse_stamp(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 1 || colon > 3) return std::nullopt;
  std::string seconds(text.substr(colon + 1));
  std::replace(seconds.begin(), seconds.end(), ':', '.');
  const bool has_sign = seconds.empty() || seconds[0] < '0' || seconds[0] > '9';
  const auto minute = parse_integer(text.substr(0, colon));
  const auto second = parse_number(seconds);
  if (has_sign || !minute || *minute < 0 || !second || *second >= 60) return std::nullopt;
  return static_cast<double>(*minute) * 60 + *second;
}

bool starts_with_digit(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

// "ar:Somebody": letters, a colon, anything.
bool is_tag(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '#' || c == '_'; });
}

std::string without_word_stamps(std::string_view words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t close = words[i] == '<' ? words.find('>', i) : std::string_view::npos;
    if (close != std::string_view::npos && parse_stamp(words.substr(i + 1, close - i - 1)))
      i = close;
    else
      out += words[i];
  }
  return out;
}

class LrcParser {
 public:
  LrcText parse(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    for (const std::string& line : split(text, '\n')) take(line);
    std::stable_sort(sung_.begin(), sung_.end(), [](const Sung& a, const Sung& b) { return a.at_sec < b.at_sec; });
    for (const Sung& s : sung_) out_.text += s.words + "\n";
    return std::move(out_);
  }

 private:
  struct Sung {
    double at_sec;
    std::string words;
  };

  void warn(const std::string& what) { out_.warnings.push_back("line " + std::to_string(line_) + ": " + what); }

  void check_offset(std::string_view tag) {
    if (!tag.starts_with("offset:")) return;
    const auto offset = parse_number(tag.substr(7));
    if (!offset || std::abs(*offset) > kMaxOffsetMs) warn("the offset is no time");
  }

  void take(std::string_view line) {
    ++line_;
    std::vector<double> stamps;
    bool is_only_tags = false;
    while (line.starts_with('[')) {
      const size_t close = line.find(']');
      const std::string_view inside = line.substr(1, close == std::string_view::npos ? close : close - 1);
      if (close == std::string_view::npos || inside.find('[') != std::string_view::npos) {
        warn("brackets do not match");
        break;
      }
      if (const auto stamp = parse_stamp(inside)) {
        stamps.push_back(*stamp);
      } else if (is_tag(inside) && stamps.empty()) {
        check_offset(inside);
        is_only_tags = true;
      } else if (starts_with_digit(inside)) {
        warn("'" + escape_for_terminal(inside.substr(0, 40)) + "' is no time");
      } else {
        break;  // words in brackets: "[Chorus]"
      }
      line.remove_prefix(close + 1);
    }
    if (is_only_tags && line.empty()) return;
    place(stamps, without_word_stamps(line));
  }

  void place(const std::vector<double>& stamps, const std::string& words) {
    if (stamps.empty()) {
      sung_.push_back({last_sec_, words});
      return;
    }
    if (stamps[0] < last_sec_) warn("its time is before the line above");
    last_sec_ = stamps[0];
    for (const double at_sec : stamps) sung_.push_back({at_sec, words});
  }

  LrcText out_;
  std::vector<Sung> sung_;
  int64_t line_ = 0;
  double last_sec_ = 0;
};

}  // namespace

LrcText parse_lrc(std::string_view utf8) { return LrcParser().parse(utf8); }

}  // namespace songscape
