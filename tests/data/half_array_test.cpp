#include "data/half_array.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "core/half.h"

namespace songscape {
namespace {

TEST(HalfArray, ReadsEveryHalfAsThePortableConversionDoes) {
  std::vector<uint16_t> halves(65536);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i);
  std::vector<float> floats(halves.size());
  from_half(halves, floats);
  for (size_t i = 0; i < halves.size(); ++i) {
    const float expected = float_from_half(halves[i]);
    if (std::isnan(expected))
      ASSERT_TRUE(std::isnan(floats[i])) << i;
    else
      ASSERT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(expected)) << i;
  }
}

TEST(HalfArray, WritesFloatsAsThePortableConversionDoes) {
  std::vector<float> floats;
  for (uint32_t bits = 0; bits < 0x7F800000u; bits += 99991) {
    floats.push_back(std::bit_cast<float>(bits));
    floats.push_back(-std::bit_cast<float>(bits));
  }
  floats.insert(floats.end(), {INFINITY, 65504.0f, 65519.9f, 65520.0f, 0x1p-24f, 0x1p-25f, 1.5f * 0x1p-25f});
  std::vector<uint16_t> halves(floats.size());
  to_half(floats, halves);
  for (size_t i = 0; i < floats.size(); ++i) ASSERT_EQ(halves[i], half_from_float(floats[i])) << floats[i];
}

}  // namespace
}  // namespace songscape
