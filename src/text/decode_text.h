// Text files of any Unicode encoding, as UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct DecodedText {
  std::string text;                   // valid UTF-8, no byte-order mark
  std::vector<std::string> warnings;  // what had to be replaced, with its first offset in the file
};

// UTF-8, and UTF-16 or UTF-32 with a byte-order mark.  Anything else is read as UTF-8, malformed sequences replaced by
// U+FFFD: other encodings are not guessed.
DecodedText decode_text(std::string_view bytes);

// CRLF, CR, NEL, LS and PS become LF.
std::string with_unix_lines(std::string_view utf8);

}  // namespace songscape
