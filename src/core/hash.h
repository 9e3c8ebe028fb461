// SHA-256 (FIPS 180-4), by which songs and files are known, and CRC-32C (RFC 3720), which guards stored records.
// Our own, since a GPU machine has LibTorch and headers only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace songscape {

using Sha256Digest = std::array<uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes) { update(std::as_bytes(std::span(bytes.data(), bytes.size()))); }
  Sha256Digest finish();  // once

 private:
  std::array<uint32_t, 8> h_;
  std::array<uint8_t, 64> buffer_{};
  uint64_t n_bytes_ = 0;
};

std::string to_hex(std::span<const uint8_t> bytes);
std::string sha256_hex(std::string_view bytes);
// Reads the file through; throws Error where it cannot.
std::string sha256_file(const std::filesystem::path& path);

// `crc` continues a running value; start with 0.
uint32_t crc32c(std::span<const std::byte> bytes, uint32_t crc = 0);

}  // namespace songscape
