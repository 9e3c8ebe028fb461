// Arrays in half precision (core/half.h), by F16C where the processor has it.
#pragma once

#include <cstdint>
#include <span>

namespace songscape {

// Both spans are of one size.
void to_half(std::span<const float> values, std::span<uint16_t> out);
void from_half(std::span<const uint16_t> values, std::span<float> out);

}  // namespace songscape
