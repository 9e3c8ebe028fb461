// Random numbers that are the same on every machine and thread count: a counter-based generator (Philox 4×32-10,
// Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") keyed by a seed and a stream.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace songscape {

class Random {
 public:
  // Different streams of one seed are independent.  A stream is often the hash of a name and an index.
  explicit Random(uint64_t seed, uint64_t stream = 0) : key_(seed), stream_(stream) {}

  uint32_t next_u32();
  uint64_t next_u64();
  double uniform();                       // [0, 1), 53 bits
  double uniform(double low, double high);
  int64_t below(int64_t n);               // 0 … n−1, unbiased; n ≥ 1
  double normal();                        // mean 0, variance 1 (Box-Muller)
  template <class T>
  void shuffle(std::vector<T>& items) {   // Fisher-Yates
    for (int64_t i = static_cast<int64_t>(items.size()) - 1; i > 0; --i) std::swap(items[i], items[below(i + 1)]);
  }

  // The whole state, for exact resume.
  struct State {
    uint64_t key, stream, counter;
    bool operator==(const State&) const = default;
  };
  State state() const { return {key_, stream_, counter_}; }
  static Random from(const State& s);

 private:
  uint64_t key_, stream_, counter_ = 0;  // counter in 32-bit words
  std::array<uint32_t, 4> block_{};
};

// A stream number from a name and up to two indices, for Random's second argument.
uint64_t stream_id(std::string_view name, uint64_t a = 0, uint64_t b = 0);

// 0 … n−1 in random order.
std::vector<int64_t> permutation(int64_t n, Random& random);

}  // namespace songscape
