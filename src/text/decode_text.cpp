#include "text/decode_text.h"

#include <optional>

#include "core/text.h"

namespace songscape {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int n_following = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[n_following] | c >> (6 * n_following));
  for (int i = n_following - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
}

struct Faults {
  size_t n = 0, first_offset = 0;
  void add(size_t offset) {
    if (n++ == 0) first_offset = offset;
  }
  void report(DecodedText& to, std::string_view encoding) const {
    if (n == 0) return;
    to.warnings.push_back("not " + std::string(encoding) + ": " + std::to_string(n) + " malformed sequence" +
                          (n > 1 ? "s" : "") + " replaced, the first at byte " + std::to_string(first_offset));
  }
};

// Code units of `width` bytes, each little- or big-endian.
struct Units {
  std::string_view bytes;
  size_t width;
  bool is_little;
  size_t count() const { return bytes.size() / width; }
  uint32_t operator[](size_t i) const {
    uint32_t v = 0;
    for (size_t b = 0; b < width; ++b) {
      const auto byte = static_cast<unsigned char>(bytes[i * width + b]);
      v |= uint32_t{byte} << (8 * (is_little ? b : width - 1 - b));
    }
    return v;
  }
};

DecodedText decode_units(const Units& units) {
  DecodedText out;
  Faults faults;
  for (size_t i = 1; i < units.count(); ++i) {  // 0 is the mark
    uint32_t c = units[i];
    const bool is_high = units.width == 2 && c >= 0xD800 && c < 0xDC00;
    if (is_high && i + 1 < units.count() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00);
    } else if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) {
      faults.add(i * units.width);
      c = 0xFFFD;
    }
    append_utf8(out.text, c);
  }
  if (units.bytes.size() % units.width != 0) {
    faults.add(units.count() * units.width);
    out.text += kReplacement;
  }
  faults.report(out, units.width == 2 ? "UTF-16" : "UTF-32");
  return out;
}

std::optional<Units> marked_units(std::string_view bytes) {
  using namespace std::string_view_literals;
  // The UTF-32 mark begins with the UTF-16 one, so it is asked for first.
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return Units{bytes, 4, true};
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return Units{bytes, 4, false};
  if (bytes.starts_with("\xFF\xFE"sv)) return Units{bytes, 2, true};
  if (bytes.starts_with("\xFE\xFF"sv)) return Units{bytes, 2, false};
  return std::nullopt;
}

}  // namespace

DecodedText decode_text(std::string_view bytes) {
  if (const auto units = marked_units(bytes)) return decode_units(*units);
  const size_t mark = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::string_view text = bytes.substr(mark);
  DecodedText out;
  Faults faults;
  size_t start = 0, bad = 0;
  while (!is_valid_utf8(text.substr(start), &bad)) {
    faults.add(mark + start + bad);
    out.text += text.substr(start, bad);
    out.text += kReplacement;
    start += bad + 1;
  }
  out.text += text.substr(start);
  faults.report(out, "UTF-8");
  return out;
}

std::string with_unix_lines(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    const std::string_view rest = utf8.substr(i);
    if (rest[0] == '\r') {
      out += '\n';
      i += rest.starts_with("\r\n");
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      out += '\n';
      i += 2;
    } else if (rest.starts_with("\xC2\x85")) {
      out += '\n';
      i += 1;
    } else {
      out += rest[0];
    }
  }
  return out;
}

}  // namespace songscape
