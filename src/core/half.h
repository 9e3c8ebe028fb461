// IEEE 754 half precision (binary16), in which features are stored, to and from float.  Rounds to nearest even.
#pragma once

#include <bit>
#include <cstdint>

namespace songscape {

inline float float_from_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent_and_fraction = half & 0x7fffu;
  if (exponent_and_fraction >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (half & 0x3ffu) << 13);
  // Scaling by 2^112 moves the exponent's bias and makes subnormal halves normal floats.
  const float scaled = std::bit_cast<float>(exponent_and_fraction << 13) * std::bit_cast<float>(uint32_t{239} << 23);
  return std::bit_cast<float>(std::bit_cast<uint32_t>(scaled) | sign);
}

inline uint16_t half_from_float(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7e00u;   // NaN
  if (magnitude >= 0x477ff000u) return sign | 0x7c00u;  // rounds past 65504
  if (magnitude < 0x38800000u) {                        // subnormal: adding .5 leaves the fraction in the low bits
    const float shifted = std::bit_cast<float>(magnitude) + .5f;
    return sign | static_cast<uint16_t>(std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(.5f));
  }
  const uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1u);
  return sign | static_cast<uint16_t>((rounded - 0x38000000u) >> 13);
}

}  // namespace songscape
