// What Cairo's SVG lacks: bytes that depend on the drawing alone, and a description for screen readers.
#pragma once

#include <string>
#include <string_view>

namespace songscape {

// Cairo numbers surfaces and images through the life of a process; here they count from 0 in each document.
std::string with_stable_ids(const std::string& svg);
// role="img" and a <title> for the document.
std::string with_description(const std::string& svg, std::string_view description);

}  // namespace songscape
