#include "core/single_line.h"

#include "core/text.h"

namespace songscape {
namespace {

// Bytes of the blank, control character or line end that valid UTF-8 begins with; 0 where it begins with none.
size_t blank_length(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0; };
  if (byte(0) <= ' ' || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return 2;
  return s.starts_with("\u2028") || s.starts_with("\u2029") ? 3 : 0;
}

}  // namespace

std::string single_line(std::string_view bytes) {
  const std::string text = replace_invalid_utf8(bytes);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t blank = blank_length(rest);
    if (blank == 0) out += rest.front();
    if (blank > 0 && !out.empty() && out.back() != ' ') out += ' ';
    rest.remove_prefix(blank > 0 ? blank : 1);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace songscape
