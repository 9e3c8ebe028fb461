// White noise from a 32-bit xorshift (Marsaglia 2003): cheap, and the same everywhere.
#pragma once

#include <cstdint>

namespace songscape {

class Noise {
 public:
  explicit Noise(uint32_t seed) : state_(seed | 1u) {}
  float next() {  // uniform on [−1, 1)
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return static_cast<float>(static_cast<int32_t>(state_)) * 0x1p-31f;
  }

 private:
  uint32_t state_;
};

}  // namespace songscape
