// LRC: lyrics whose lines start with the time at which they are sung, "[01:23.45]words".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct LrcText {
  std::string text;                   // the words in the order in which they are sung, a line each
  std::vector<std::string> warnings;  // "line 4: …"
};

// Lines with several stamps are repeated; "[ar:…]" tags and "<01:23.45>" word stamps are dropped.  A line with a
// stamp that is no time, out of order, or in brackets that do not match is kept, with a warning.  utf8 has LF lines.
LrcText parse_lrc(std::string_view utf8);

}  // namespace songscape
