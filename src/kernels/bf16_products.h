// Products of bf16 pairs with sums in f32, a tile of them held in registers: what the kernels of AVX512-BF16 are made
// of. Included within a region of that target only.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "kernels/bf16.h"

namespace songscape {

inline constexpr int64_t kTileRows = 8;

inline const uint32_t* pairs(const Bf16* values) { return reinterpret_cast<const uint32_t*>(values); }

struct Operand {
  const uint32_t* data;         // pairs of bf16
  int64_t stride, pair_stride;  // in pairs: between rows (of the left one alone) and along the sum
};

// sum[r][·] += Σ over pairs of left(r) · right(16 columns a vector).
template <int kRows, int kVectors>
inline __attribute__((always_inline)) void add_products(__m512 (&sum)[kRows][kVectors], const Operand& left,
                                                        const Operand& right, int64_t n_pairs) {
  const uint32_t* a = left.data;
  const uint32_t* b = right.data;
  for (int64_t k = 0; k < n_pairs; ++k, a += left.pair_stride, b += right.pair_stride) {
    __m512bh columns[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) columns[v] = (__m512bh)_mm512_loadu_si512(b + 16 * v);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      int pair;  // may begin at any bf16
      std::memcpy(&pair, a + r * left.stride, sizeof pair);
      const __m512bh row = (__m512bh)_mm512_set1_epi32(pair);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sum[r][v] = _mm512_dpbf16_ps(sum[r][v], row, columns[v]);
    }
  }
}

// Such sums over `out`, whose rows lie `step` apart; kAdds: added to what it holds.
template <int kRows, int kVectors, bool kAdds>
inline __attribute__((always_inline)) void multiply_tile(const Operand& left, const Operand& right, int64_t n_pairs,
                                                         float* out, int64_t step) {
  __m512 sum[kRows][kVectors];
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v)
      sum[r][v] = kAdds ? _mm512_loadu_ps(out + r * step + 16 * v) : _mm512_setzero_ps();
  add_products<kRows, kVectors>(sum, left, right, n_pairs);
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) _mm512_storeu_ps(out + r * step + 16 * v, sum[r][v]);
}

// Sixteen values of a and of b, side by side.
inline __m512i pairs_of(__m256i a, __m256i b) {
  return _mm512_or_si512(_mm512_cvtepu16_epi32(a), _mm512_slli_epi32(_mm512_cvtepu16_epi32(b), 16));
}

}  // namespace songscape
