// bfloat16: the upper half of an f32.  Products take it in pairs of values that are added up one after the other.
#pragma once

#include <bit>
#include <cstdint>

namespace songscape {

using Bf16 = uint16_t;

// To nearest, ties to even; NaN stays NaN.
inline Bf16 to_bf16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<Bf16>(bits >> 16 | 0x40u);
  return static_cast<Bf16>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline float from_bf16(Bf16 value) { return std::bit_cast<float>(static_cast<uint32_t>(value) << 16); }

inline uint32_t pair_of(Bf16 a, Bf16 b) { return static_cast<uint32_t>(a) | static_cast<uint32_t>(b) << 16; }

// Columns of a packed panel, the right side of such products.
inline constexpr int64_t kPanelWidth = 32;
constexpr int64_t n_panels(int64_t n_columns) { return (n_columns + kPanelWidth - 1) / kPanelWidth; }

}  // namespace songscape
