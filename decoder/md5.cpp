#include "decoder/md5.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace songscape::decoder {
namespace {

// One step of RFC 1321, 3.4; F, G, H, I in forms with fewer operations.
inline uint32_t f(uint32_t b, uint32_t c, uint32_t d) { return d ^ (b & (c ^ d)); }
inline uint32_t g(uint32_t b, uint32_t c, uint32_t d) { return (d & b) + (~d & c); }
inline uint32_t h(uint32_t b, uint32_t c, uint32_t d) { return b ^ c ^ d; }
inline uint32_t i(uint32_t b, uint32_t c, uint32_t d) { return c ^ (b | ~d); }

template <uint32_t (*Function)(uint32_t, uint32_t, uint32_t)>
inline void step(uint32_t& a, uint32_t b, uint32_t c, uint32_t d, uint32_t word_and_constant, int turn) {
  a = b + std::rotl(a + Function(b, c, d) + word_and_constant, turn);
}

// floor(2^32 |sin(n + 1)|)
constexpr uint32_t kSines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

// Sixteen steps; the word of step n is (multiplier · n + offset) mod 16.
template <uint32_t (*Function)(uint32_t, uint32_t, uint32_t), int kRound, int kMultiplier, int kOffset>
inline void round(uint32_t (&s)[4], const uint32_t (&w)[16], const int (&turns)[4]) {
  for (int n = 0; n < 16; n += 4) {
    const auto word = [&](int k) { return w[(kMultiplier * (n + k) + kOffset) & 15] + kSines[kRound * 16 + n + k]; };
    step<Function>(s[0], s[1], s[2], s[3], word(0), turns[0]);
    step<Function>(s[3], s[0], s[1], s[2], word(1), turns[1]);
    step<Function>(s[2], s[3], s[0], s[1], word(2), turns[2]);
    step<Function>(s[1], s[2], s[3], s[0], word(3), turns[3]);
  }
}

}  // namespace

void Md5::block(const uint8_t* p) {
  uint32_t w[16];
  std::memcpy(w, p, sizeof w);
  uint32_t s[4] = {state_[0], state_[1], state_[2], state_[3]};
  round<f, 0, 1, 0>(s, w, {7, 12, 17, 22});
  round<g, 1, 5, 1>(s, w, {5, 9, 14, 20});
  round<h, 2, 3, 5>(s, w, {4, 11, 16, 23});
  round<i, 3, 7, 0>(s, w, {6, 10, 15, 21});
  for (size_t k = 0; k < 4; ++k) state_[k] += s[k];
}

void Md5::update(std::span<const uint8_t> bytes) {
  size_t held = n_bytes_ % 64;
  n_bytes_ += bytes.size();
  if (held > 0) {
    const size_t n = std::min(bytes.size(), 64 - held);
    std::memcpy(buffer_.data() + held, bytes.data(), n);
    bytes = bytes.subspan(n);
    if (held + n < 64) return;
    block(buffer_.data());
  }
  for (; bytes.size() >= 64; bytes = bytes.subspan(64)) block(bytes.data());
  if (!bytes.empty()) std::memcpy(buffer_.data(), bytes.data(), bytes.size());
}

std::string Md5::finish() {
  const uint64_t n_bits = n_bytes_ * 8;
  const uint8_t one = 0x80, zeros[64] = {};
  update({&one, 1});
  update({zeros, (120 - n_bytes_ % 64) % 64});
  uint8_t length[8];
  std::memcpy(length, &n_bits, sizeof length);
  update(length);
  return std::string(reinterpret_cast<const char*>(state_.data()), 16);
}

}  // namespace songscape::decoder
