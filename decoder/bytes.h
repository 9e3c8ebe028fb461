// Numbers in files, of either byte order; the caller has checked that the bytes are there.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace songscape::decoder {

static_assert(std::endian::native == std::endian::little);

template <class T>
T little_endian(const uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <class T>
T big_endian(const uint8_t* p) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | p[i]);
  return value;
}

inline bool starts_with(const uint8_t* p, std::string_view magic) {
  return std::memcmp(p, magic.data(), magic.size()) == 0;
}

}  // namespace songscape::decoder
