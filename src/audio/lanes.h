// Sixteen frames side by side: every step of the spectral analysis works on one value of sixteen frames at a time, in
// vectors as wide as the processor's.
//
// A kernel is a struct with a function template
//   template <class V> static SONGSCAPE_INLINE void run(int lane, …);
// that treats the lanes lane … lane + width<V> − 1; run_kernel<Kernel>(…) calls it for all sixteen, compiled for
// AVX-512 (V of 16 floats), AVX2 with FMA (8) or the baseline (4), whichever the processor has.  Arguments are pointers
// and numbers.
#pragma once

#include <cstring>

#include "core/vector_width.h"

namespace songscape {

inline constexpr int kLanes = 16;

struct alignas(64) Lanes {
  float values[kLanes];
  float operator[](int lane) const { return values[lane]; }
  float& operator[](int lane) { return values[lane]; }
};

using Floats4 = float __attribute__((vector_size(16)));
using Floats8 = float __attribute__((vector_size(32)));
using Floats16 = float __attribute__((vector_size(64)));

template <class V>
inline constexpr int width = sizeof(V) / sizeof(float);

// Integers as wide as V's floats.
template <class V>
using IntsOf = decltype(V{} < V{});


template <class V>
SONGSCAPE_INLINE V load(const float* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class V>
SONGSCAPE_INLINE void store(const V& v, float* to) {
  std::memcpy(to, &v, sizeof v);
}
template <class V>
SONGSCAPE_INLINE V vector_max(const V& a, const V& b) {
  return a > b ? a : b;
}
template <class V>
SONGSCAPE_INLINE V vector_min(const V& a, const V& b) {
  return a < b ? a : b;
}

// −1 in the lanes where a < b, else 0; a and b not negative.  By the order of their bits: GCC 12 takes comparisons of
// vectors wider than the baseline's apart lane by lane, unless they are a minimum or a maximum.
template <class V>
SONGSCAPE_INLINE IntsOf<V> is_less(const V& a, const V& b) {
  return (reinterpret_cast<IntsOf<V>>(a) - reinterpret_cast<IntsOf<V>>(b)) >> 31;
}

// 1 / √x of positive normal values, within 2 units in the last place: the well-known first guess by halving the
// exponent, three times refined (Newton).
template <class V>
SONGSCAPE_INLINE V vector_inverse_root(const V& x) {
  V y = reinterpret_cast<V>(0x5f375a86 - (reinterpret_cast<IntsOf<V>>(x) >> 1));
  const V half = 0.5f * x;
  y = y * (1.5f - half * y * y);
  y = y * (1.5f - half * y * y);
  return y * (1.5f - half * y * y);
}

// Natural logarithm of positive normal values, within 2 units in the last place (the polynomial of Cephes' logf).
template <class V>
SONGSCAPE_INLINE V vector_log(const V& x) {
  constexpr int kOne = 0x3f800000, kRootOfHalf = 0x3f3504f3, kFraction = 0x007fffff;  // bits of 1 and √½
  const IntsOf<V> bits = reinterpret_cast<IntsOf<V>>(x) + (kOne - kRootOfHalf);
  const V e = __builtin_convertvector((bits >> 23) - 127, V);
  const V m = reinterpret_cast<V>((bits & kFraction) + kRootOfHalf) - 1.0f;  // x = 2^e · (1 + m), 1 + m in [√½, √2)
  V y = 7.0376836292e-2f * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  const V m2 = m * m;
  y = y * m * m2 - 2.12194440e-4f * e - 0.5f * m2;
  return m + y + 0.693359375f * e;
}

template <class Kernel, class V, class... Arguments>
SONGSCAPE_INLINE void run_all_lanes(Arguments... arguments) {
  for (int lane = 0; lane < kLanes; lane += width<V>) Kernel::template run<V>(lane, arguments...);
}

#if defined(__x86_64__)
template <class Kernel, class... Arguments>
__attribute__((target("arch=x86-64-v4"), flatten)) void run_on_avx512(Arguments... arguments) {
  run_all_lanes<Kernel, Floats16>(arguments...);
}
template <class Kernel, class... Arguments>
__attribute__((target("arch=x86-64-v3"), flatten)) void run_on_avx2(Arguments... arguments) {
  run_all_lanes<Kernel, Floats8>(arguments...);
}
#endif

template <class Kernel, class... Arguments>
void run_kernel(Arguments... arguments) {
#if defined(__x86_64__)
  if (vector_width() >= VectorWidth::avx512) return run_on_avx512<Kernel>(arguments...);
  if (vector_width() == VectorWidth::avx2) return run_on_avx2<Kernel>(arguments...);
#endif
  run_all_lanes<Kernel, Floats4>(arguments...);
}

}  // namespace songscape
