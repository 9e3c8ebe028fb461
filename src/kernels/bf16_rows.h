// What kernels over blocks of rows are made of: products with panels, whose tiles of sums go from registers to where
// they are wanted.  Included within a region of AVX512-BF16 only.
#pragma once

#include <algorithm>

#include "kernels/bf16_products.h"
#include "kernels/panels.h"

namespace songscape {

using Tile = __m512[kTileRows][2];  // kTileRows rows by kPanelWidth columns

// Rows a and b, 16 columns of each, as pairs.
inline __m512i rounded_pairs(__m512 a, __m512 b) {
  alignas(64) static constexpr uint16_t kSideBySide[] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                         8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return _mm512_permutexvar_epi16(_mm512_load_si512(kSideBySide), (__m512i)_mm512_cvtne2ps_pbh(b, a));
}

inline __m512i rounded_row(__m512 first, __m512 second) { return (__m512i)_mm512_cvtne2ps_pbh(second, first); }

// left: bf16 rows, `stride` values apart (even); n_rows is rounded up to kTileRows.  start: f32 of each column, at
// least as many as all panels have, or null.  take(row, column, tile) is given all tiles.
template <class Take>
inline __attribute__((always_inline)) void multiply_rows(const Bf16* left, int64_t stride, int64_t n_rows,
                                                         const Panels& right, const float* start, const Take& take) {
  for (int64_t p = 0; p < right.size(); ++p) {
    const __m512 start0 = start ? _mm512_loadu_ps(start + kPanelWidth * p) : _mm512_setzero_ps(),
                 start1 = start ? _mm512_loadu_ps(start + kPanelWidth * p + 16) : _mm512_setzero_ps();
    for (int64_t r = 0; r < n_rows; r += kTileRows) {
      Tile sum;
#pragma GCC unroll 8
      for (int i = 0; i < kTileRows; ++i) sum[i][0] = start0, sum[i][1] = start1;
      add_products<kTileRows, 2>(sum, {pairs(left + r * stride), stride / 2, 1}, {right.panel(p), 0, kPanelWidth},
                                 right.n_pairs());
      take(r, kPanelWidth * p, sum);
    }
  }
}

inline __attribute__((always_inline)) void store_floats(const Tile& tile, float* out, int64_t stride) {
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i) {
    _mm512_storeu_ps(out + i * stride, tile[i][0]);
    _mm512_storeu_ps(out + i * stride + 16, tile[i][1]);
  }
}

inline __attribute__((always_inline)) void store_rows(const Tile& tile, Bf16* out, int64_t stride) {
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i) _mm512_storeu_si512(out + i * stride, rounded_row(tile[i][0], tile[i][1]));
}

// out: of the tile's first pair in its panel.
inline __attribute__((always_inline)) void store_pairs(const Tile& tile, uint32_t* out) {
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; i += 2, out += kPanelWidth) {
    _mm512_storeu_si512(out, rounded_pairs(tile[i][0], tile[i + 1][0]));
    _mm512_storeu_si512(out + 16, rounded_pairs(tile[i][1], tile[i + 1][1]));
  }
}

// sums[0 … 31] += the tile's rows.
inline __attribute__((always_inline)) void add_rows(const Tile& t, float* sums) {
#pragma GCC unroll 2
  for (int v = 0; v < 2; ++v) {
    const __m512 sum = _mm512_add_ps(_mm512_add_ps(_mm512_add_ps(t[0][v], t[1][v]), _mm512_add_ps(t[2][v], t[3][v])),
                                     _mm512_add_ps(_mm512_add_ps(t[4][v], t[5][v]), _mm512_add_ps(t[6][v], t[7][v])));
    _mm512_storeu_ps(sums + 16 * v, _mm512_add_ps(_mm512_loadu_ps(sums + 16 * v), sum));
  }
}

// f32 rows [n_rows][n] (both even, n a multiple of kPanelWidth) into panels from a pair on.
inline void pair_rows(const float* rows, int64_t n_rows, int64_t n, const Panels& out, int64_t first_pair) {
  for (int64_t c = 0; c < n; c += kPanelWidth) {
    uint32_t* to = out.panel(c / kPanelWidth, first_pair);
    for (int64_t r = 0; r < n_rows; r += 2, to += kPanelWidth) {
      const float *a = rows + r * n + c, *b = a + n;
      _mm512_storeu_si512(to, rounded_pairs(_mm512_loadu_ps(a), _mm512_loadu_ps(b)));
      _mm512_storeu_si512(to + 16, rounded_pairs(_mm512_loadu_ps(a + 16), _mm512_loadu_ps(b + 16)));
    }
  }
}

inline __m256i sixteen(const Bf16* x) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)); }

// The same of bf16 rows, `stride` apart.
inline void pair_rows(const Bf16* rows, int64_t stride, int64_t n_rows, int64_t n, const Panels& out,
                      int64_t first_pair) {
  for (int64_t c = 0; c < n; c += kPanelWidth) {
    uint32_t* to = out.panel(c / kPanelWidth, first_pair);
    for (int64_t r = 0; r < n_rows; r += 2, to += kPanelWidth) {
      const Bf16 *a = rows + r * stride + c, *b = a + stride;
      _mm512_storeu_si512(to, pairs_of(sixteen(a), sixteen(b)));
      _mm512_storeu_si512(to + 16, pairs_of(sixteen(a + 16), sixteen(b + 16)));
    }
  }
}

// sums[0 … n − 1] += the rows of bf16.
inline void add_rows(const Bf16* rows, int64_t stride, int64_t n_rows, int64_t n, float* sums) {
  for (int64_t c = 0; c < n; c += 16) {
    __m512 sum = _mm512_setzero_ps();
    for (int64_t r = 0; r < n_rows; ++r) {
      const __m512i x = _mm512_cvtepu16_epi32(sixteen(rows + r * stride + c));
      sum = _mm512_add_ps(sum, _mm512_castsi512_ps(_mm512_slli_epi32(x, 16)));
    }
    _mm512_storeu_ps(sums + c, _mm512_add_ps(_mm512_loadu_ps(sums + c), sum));
  }
}

// 16 × 16 numbers of 32 bits, rows and columns exchanged.
inline void transpose(__m512i (&x)[16]) {
  __m512i y[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    x[i] = _mm512_unpacklo_epi64(y[i], y[i + 2]);
    x[i + 1] = _mm512_unpackhi_epi64(y[i], y[i + 2]);
    x[i + 2] = _mm512_unpacklo_epi64(y[i + 1], y[i + 3]);
    x[i + 3] = _mm512_unpackhi_epi64(y[i + 1], y[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    y[i] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x88);
    y[i + 4] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xdd);
    y[i + 8] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x88);
    y[i + 12] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xdd);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    x[i] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0x88);
    x[i + 8] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0xdd);
    x[i + 4] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0x88);
    x[i + 12] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0xdd);
  }
}

}  // namespace songscape
