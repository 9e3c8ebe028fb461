#include "kernels/bf16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace songscape {
namespace {

float of_bits(uint32_t bits) { return std::bit_cast<float>(bits); }

TEST(Bf16, WhatItHoldsPassesUnchanged) {
  for (uint32_t upper = 0; upper < 0x10000; ++upper) {
    const float value = from_bf16(static_cast<Bf16>(upper));
    ASSERT_TRUE(std::isnan(value) || to_bf16(value) == upper) << upper;
  }
}

TEST(Bf16, RoundsToNearestAndTiesToEven) {
  EXPECT_EQ(to_bf16(of_bits(0x3f807fff)), 0x3f80);  // below the middle
  EXPECT_EQ(to_bf16(of_bits(0x3f808000)), 0x3f80);  // the middle, even below
  EXPECT_EQ(to_bf16(of_bits(0x3f808001)), 0x3f81);
  EXPECT_EQ(to_bf16(of_bits(0x3f818000)), 0x3f82);  // the middle, even above
  EXPECT_EQ(to_bf16(of_bits(0xbf818000)), 0xbf82);
  EXPECT_EQ(to_bf16(of_bits(0x3fffc000)), 0x4000);  // into the next exponent
}

TEST(Bf16, SignsOfZeroStayAndLargeValuesBecomeInfinity) {
  EXPECT_EQ(to_bf16(0.f), 0x0000);
  EXPECT_EQ(to_bf16(-0.f), 0x8000);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::infinity()), 0x7f80);
  EXPECT_EQ(to_bf16(-std::numeric_limits<float>::infinity()), 0xff80);
}

TEST(Bf16, EveryNanStaysANan) {
  for (const uint32_t bits : {0x7fc00000u, 0x7f800001u, 0x7fffffffu, 0xff800001u, 0xffffffffu})
    EXPECT_TRUE(std::isnan(from_bf16(to_bf16(of_bits(bits))))) << std::hex << bits;
}

}  // namespace
}  // namespace songscape
