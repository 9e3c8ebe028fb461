#include "core/random.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"

namespace songscape {
namespace {

std::array<uint32_t, 4> philox(uint64_t block, uint64_t stream, uint64_t key) {
  std::array<uint32_t, 4> c = {static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32),
                               static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)};
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0], p1 = uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

}  // namespace

uint32_t Random::next_u32() {
  if (counter_ % 4 == 0) block_ = philox(counter_ / 4, stream_, key_);
  return block_[counter_++ % 4];
}

uint64_t Random::next_u64() {
  const uint64_t high = next_u32();
  return high << 32 | next_u32();
}

double Random::uniform() { return static_cast<double>(next_u64() >> 11) * 0x1.0p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

int64_t Random::below(int64_t n) {
  check(n >= 1, "below(n) takes n of at least 1");
  const uint64_t range = static_cast<uint64_t>(n), limit = UINT64_MAX - UINT64_MAX % range;
  uint64_t x = next_u64();
  while (x >= limit) x = next_u64();
  return static_cast<int64_t>(x % range);
}

double Random::normal() {
  const double u = 1.0 - uniform(), v = uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

Random Random::from(const State& s) {
  Random r(s.key, s.stream);
  r.counter_ = s.counter;
  if (s.counter % 4) r.block_ = philox(s.counter / 4, s.stream, s.key);
  return r;
}

uint64_t stream_id(std::string_view name, uint64_t a, uint64_t b) {
  uint64_t h = 0xcbf29ce484222325;  // FNV-1a, then two rounds of a finaliser
  for (const unsigned char c : name) h = (h ^ c) * 0x100000001b3;
  for (const uint64_t part : {a, b}) {
    h ^= part + 0x9E3779B97F4A7C15 + (h << 6) + (h >> 2);
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
    h ^= h >> 31;
  }
  return h;
}

std::vector<int64_t> permutation(int64_t n, Random& random) {
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  random.shuffle(order);
  return order;
}

}  // namespace songscape
