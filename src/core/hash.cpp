#include "core/hash.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/file.h"
#include "core/hash_kernels.h"

namespace songscape {
Sha256::Sha256()
    : h_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::update(std::span<const std::byte> bytes) {
  const uint8_t* p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t n = bytes.size();
  const size_t filled = n_bytes_ % 64;
  n_bytes_ += n;
  if (filled) {
    const size_t take = std::min(n, 64 - filled);
    std::memcpy(buffer_.data() + filled, p, take);
    p += take, n -= take;
    if (filled + take < 64) return;
    sha256_blocks(h_, buffer_.data(), 1);
  }
  sha256_blocks(h_, p, n / 64);
  if (n % 64) std::memcpy(buffer_.data(), p + n / 64 * 64, n % 64);
}

Sha256Digest Sha256::finish() {
  const uint64_t n_bits = n_bytes_ * 8;
  std::array<uint8_t, 72> tail{0x80};
  const size_t pad = (n_bytes_ % 64 < 56 ? 56 : 120) - n_bytes_ % 64;
  for (size_t i = 0; i < 8; ++i) tail[pad + i] = static_cast<uint8_t>(n_bits >> (56 - 8 * i));
  update(std::as_bytes(std::span(tail.data(), pad + 8)));
  Sha256Digest digest;
  for (size_t i = 0; i < 32; ++i) digest[i] = static_cast<uint8_t>(h_[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

std::string to_hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t b : bytes) out += kDigits[b >> 4], out += kDigits[b & 15];
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 h;
  h.update(bytes);
  return to_hex(h.finish());
}

std::string sha256_file(const std::filesystem::path& path) {
  Sha256 h;
  read_file_in_blocks(path, [&](std::span<const std::byte> bytes) { h.update(bytes); });
  return to_hex(h.finish());
}

uint32_t crc32c(std::span<const std::byte> bytes, uint32_t crc) {
  return ~crc32c_bytes(~crc, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace songscape
