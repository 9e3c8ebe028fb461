// The inner loops of core/hash.h, by the CPU's own instructions where it has them and vector_width() is not capped to
// `base`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace songscape {

// Takes n blocks of 64 bytes into the state of a SHA-256.
void sha256_blocks(std::array<uint32_t, 8>& state, const uint8_t* p, size_t n);

// Takes n bytes into the inverted state of a CRC-32C.
uint32_t crc32c_bytes(uint32_t state, const uint8_t* p, size_t n);

}  // namespace songscape
