// Text for formats that have one line for a value.
#pragma once

#include <string>
#include <string_view>

namespace songscape {

// Each run of blanks, control characters and line ends (C0, C1, U+2028, U+2029) is one blank, none at the ends;
// malformed sequences become U+FFFD.
std::string single_line(std::string_view bytes);

}  // namespace songscape
