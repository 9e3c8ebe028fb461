// Powers of 2 and parts of rows, for kernels that take a softmax.  Included within a region of AVX512-BF16 only.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/bf16.h"

namespace songscape {

inline constexpr double kLog2E = 1.4426950408889634;

// 2^x, within 3e-7 of it; below 2^-126 something as small.
inline __m512 exp2_of(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-127));
  const __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), f = _mm512_sub_ps(x, n);
  __m512 y = _mm512_set1_ps(1.535336188e-4f);
  for (const float c : {1.339887440e-3f, 9.618437358e-3f, 5.550332471e-2f, 2.402264791e-1f, 6.931472029e-1f, 1.f})
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(c));
  return _mm512_scalef_ps(y, n);
}

inline __m512 sixteen_of(const Bf16* x) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x))), 16));
}
inline void store_sixteen(Bf16* out, __m512 x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), (__m256i)_mm512_cvtneps_pbh(x));
}

// Of 16 columns from c on, those below n.
inline __mmask16 columns_below(int64_t n, int64_t c) {
  return static_cast<__mmask16>(n >= c + 16 ? 0xffff : n <= c ? 0 : (1 << (n - c)) - 1);
}

}  // namespace songscape
