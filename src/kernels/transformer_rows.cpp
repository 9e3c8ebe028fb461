#include "kernels/transformer_rows.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/vector_width.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/token_norm.h"

namespace songscape {
namespace {

// out = before + the tile, of the rows that are tokens.
inline __attribute__((always_inline)) void store_sum(const Tile& tile, const float* before, int64_t n_rows,
                                                     int64_t stride, float* out) {
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i)
    if (i < n_rows)
      for (int v = 0; v < 2; ++v)
        _mm512_storeu_ps(out + i * stride + 16 * v,
                         _mm512_add_ps(tile[i][v], _mm512_loadu_ps(before + i * stride + 16 * v)));
}

inline __attribute__((always_inline)) void activate_tile(Tile& tile, __m512 slope) {
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i)
    for (int v = 0; v < 2; ++v)
      tile[i][v] = _mm512_mask_mul_ps(tile[i][v], _mm512_cmp_ps_mask(tile[i][v], _mm512_setzero_ps(), _CMP_LE_OQ),
                                      tile[i][v], slope);
}

}  // namespace

void tokens_to_qkv(const TransformerRows& l, int64_t unit, const float* h, float* stats, Bf16* qkv) {
  const TokenUnit t(l.n_tokens, unit);
  const int64_t width = 3 * l.d_model;
  const AlignedBuffer<Bf16> x = normalise(l.attention_norm, t, h + t.first * l.d_model, stats + 2 * t.first);
  multiply_rows(
      x.data(), l.d_model, t.n_padded, l.to_qkv.forward, l.to_qkv.bias,
      [&](int64_t r, int64_t c, const Tile& tile) { store_rows(tile, qkv + (t.first + r) * width + c, width); });
}

void feed_forward(const TransformerRows& l, int64_t unit, const FeedForward& f) {
  const TokenUnit t(l.n_tokens, unit);
  const int64_t d = l.d_model;
  float* const middle = f.middle + t.first * d;
  multiply_rows(f.seen + t.first * d, d, t.n_padded, l.from_heads.forward, l.from_heads.bias,
                [&](int64_t r, int64_t c, const Tile& tile) {
                  store_sum(tile, f.h + (t.first + r) * d + c, t.n - r, d, middle + r * d + c);
                });
  const AlignedBuffer<Bf16> x = normalise(l.feed_norm, t, middle, f.stats + 2 * t.first);
  const AlignedBuffer<Bf16> hidden(t.n_padded * l.d_ff);
  multiply_rows(x.data(), d, t.n_padded, l.to_hidden.forward, l.to_hidden.bias, [&](int64_t r, int64_t c, Tile& tile) {
    activate_tile(tile, _mm512_set1_ps(l.slope));
    store_rows(tile, hidden.data() + r * l.d_ff + c, l.d_ff);
    store_pairs(tile, f.hidden->panel(c / kPanelWidth, (t.first + r) / 2));
  });
  multiply_rows(hidden.data(), l.d_ff, t.n_padded, l.from_hidden.forward, l.from_hidden.bias,
                [&](int64_t r, int64_t c, const Tile& tile) {
                  store_sum(tile, middle + r * d + c, t.n - r, d, f.out + (t.first + r) * d + c);
                });
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void tokens_to_qkv(const TransformerRows&, int64_t, const float*, float*, Bf16*) {
  check(false, "the CPU has AVX512-BF16");
}
void feed_forward(const TransformerRows&, int64_t, const FeedForward&) { check(false, "the CPU has AVX512-BF16"); }
}  // namespace songscape
#endif
