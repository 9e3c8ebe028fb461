// Random values, and those that bf16 holds, so that a plain loop in double over what the kernel reads is the truth.
#pragma once

#include <vector>

#include "core/random.h"
#include "kernels/bf16.h"

namespace songscape {

// As a bf16 result may differ from the exact one: half a unit in the last place, and a little for sums in f32.
inline constexpr double kBf16Tolerance = 1.0 / 256;

inline std::vector<float> random_floats(int64_t n, uint64_t seed, double scale = 1) {
  Random random(seed);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& v : x) v = static_cast<float>(scale * random.normal());
  return x;
}

inline std::vector<Bf16> random_bf16(int64_t n, uint64_t seed) {
  std::vector<Bf16> x;
  for (const float v : random_floats(n, seed)) x.push_back(to_bf16(v));
  return x;
}

inline double value_of(float x) { return x; }
inline double value_of(Bf16 x) { return from_bf16(x); }
inline double rounded(float x) { return from_bf16(to_bf16(x)); }

}  // namespace songscape
