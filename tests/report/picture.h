// What the tests ask of a picture: its size and colours (read back from the PNG), and whether XML is well formed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace songscape {

struct Pixels {
  int width = 0, height = 0;
  std::vector<uint32_t> values;  // 0xRRGGBB, row-major
  size_t n_colours() const { return std::set<uint32_t>(values.begin(), values.end()).size(); }
  int64_t count(uint32_t rgb) const;
};
Pixels read_png(const std::string& bytes);

// Empty where every element is closed in order, every attribute quoted and no "<" stands in text; else what is wrong.
std::string xml_fault(const std::string& xml);

}  // namespace songscape
