// MD5 (RFC 1321), by which FLAC names its samples.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace songscape::decoder {

class Md5 {
 public:
  void update(std::span<const uint8_t> bytes);
  std::string finish();  // 16 bytes, once

 private:
  void block(const uint8_t* p);
  std::array<uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<uint8_t, 64> buffer_{};
  uint64_t n_bytes_ = 0;
};

}  // namespace songscape::decoder
