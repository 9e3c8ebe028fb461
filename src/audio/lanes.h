// Sixteen frames side by side: every step of the spectral analysis works on one value of sixteen frames at a time, so
// that it fills the widest vector registers there are without a word about any of them.
#pragma once

#include <cstring>

namespace songscape {

inline constexpr int kLanes = 16;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using LaneMask = int __attribute__((vector_size(kLanes * sizeof(int))));

// A function compiled for AVX-512, for AVX2 with FMA and for any x86-64, of which the loader picks one.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SONGSCAPE_CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten))
#else
#define SONGSCAPE_CPU_CLONES
#endif
// What such a function calls must be compiled into it.
#define SONGSCAPE_INLINE inline __attribute__((always_inline))

SONGSCAPE_INLINE Lanes load_lanes(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
SONGSCAPE_INLINE void store_lanes(Lanes lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }
SONGSCAPE_INLINE Lanes same_lanes(float value) { return Lanes{} + value; }
SONGSCAPE_INLINE Lanes lane_max(Lanes a, Lanes b) { return a > b ? a : b; }
SONGSCAPE_INLINE Lanes lane_min(Lanes a, Lanes b) { return a < b ? a : b; }

// Natural logarithm of positive normal values, within 2 units in the last place (the polynomial of Cephes' logf).
SONGSCAPE_INLINE Lanes lane_log(Lanes x) {
  const LaneMask bits = reinterpret_cast<LaneMask>(x);
  LaneMask exponent = (bits >> 23) - 126;
  Lanes m = reinterpret_cast<Lanes>((bits & 0x007fffff) | 0x3f000000);  // [0.5, 1)
  const LaneMask small = m < same_lanes(0.707106781f);
  exponent += small;  // a true lane is −1
  m = small ? m + m - 1.0f : m - 1.0f;
  Lanes y = same_lanes(7.0376836292e-2f);
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  const Lanes e = __builtin_convertvector(exponent, Lanes);
  const Lanes m2 = m * m;
  y = y * m * m2 - 2.12194440e-4f * e - 0.5f * m2;
  return m + y + 0.693359375f * e;
}

}  // namespace songscape
