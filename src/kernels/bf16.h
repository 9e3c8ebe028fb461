// bfloat16: the upper half of an f32.
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

}  // namespace songscape
