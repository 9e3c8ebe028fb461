#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>

namespace songscape {
namespace {

// One decoded character: its code point, or -1 for a byte that is not UTF-8, and its length in bytes (at least 1).
struct Decoded {
  int32_t code_point;
  size_t length;
};

Decoded decode_utf8(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto follows = [&](size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char b = byte(0);
  if (b < 0x80) return {b, 1};
  if (b >= 0xC2 && b <= 0xDF && follows(1)) return {(b & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (b >= 0xE0 && b <= 0xEF && follows(1) && follows(2)) {
    const int32_t c = (b & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
  }
  if (b >= 0xF0 && b <= 0xF4 && follows(1) && follows(2) && follows(3)) {
    const int32_t c = (b & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
  }
  return {-1, 1};
}

// Controls, bidi marks and overrides, zero-width characters, line and paragraph separators, the tags block.
bool hides_or_commands(int32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

template <class Plain>
std::string escaped(std::string_view bytes, Plain plain) {
  std::string out;
  char buffer[16];
  for (size_t i = 0; i < bytes.size();) {
    const auto [c, n] = decode_utf8(bytes.substr(i));
    if (c < 0) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(bytes[i]));
      out += buffer;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (hides_or_commands(c)) {
      std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
      out += buffer;
    } else {
      plain(out, bytes.substr(i, n));
    }
    i += n;
  }
  return out;
}

}  // namespace

std::string escape_for_terminal(std::string_view bytes) {
  return escaped(bytes, [](std::string& out, std::string_view c) { out += c; });
}

std::string escape_for_html(std::string_view bytes) {
  return escaped(bytes, [](std::string& out, std::string_view c) {
    switch (c[0]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  });
}

bool is_valid_utf8(std::string_view bytes, size_t* bad_offset) {
  for (size_t i = 0; i < bytes.size();) {
    const auto [c, n] = decode_utf8(bytes.substr(i));
    if (c < 0) {
      if (bad_offset) *bad_offset = i;
      return false;
    }
    i += n;
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const auto [c, n] = decode_utf8(bytes.substr(i));
    out += c < 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(i, n);
    i += n;
  }
  return out;
}

std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& known) {
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  std::vector<size_t> row;
  for (const std::string& k : known) {
    row.resize(k.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= name.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= k.size(); ++j) {
        const size_t substituted = diagonal + (name[i - 1] != k[j - 1]);
        diagonal = row[j];
        row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row[k.size()] < best_distance) {
      best_distance = row[k.size()];
      best = k;
    }
  }
  return best;
}

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text[0] == '+') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::general);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<long long> parse_integer(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string format_number(double value) {
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

std::string format_number(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
  return buffer;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0;;) {
    const size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    out += parts[i];
  }
  return out;
}

std::string format_bytes(double n_bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  int unit = 0;
  while (n_bytes >= 1000 && unit < 4) n_bytes /= 1000, ++unit;
  return format_number(n_bytes, 3) + " " + kUnits[unit];
}

std::string format_duration(double duration_sec) {
  char buffer[64];
  if (!std::isfinite(duration_sec)) return "?";
  const long long s = std::llround(duration_sec);
  if (duration_sec < 10)
    std::snprintf(buffer, sizeof buffer, "%.1f s", duration_sec);
  else if (s < 60)
    std::snprintf(buffer, sizeof buffer, "%lld s", s);
  else if (s < 3600)
    std::snprintf(buffer, sizeof buffer, "%lld min %02lld s", s / 60, s % 60);
  else
    std::snprintf(buffer, sizeof buffer, "%lld h %02lld min", s / 3600, s / 60 % 60);
  return buffer;
}

}  // namespace songscape
