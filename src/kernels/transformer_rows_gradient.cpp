#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/vector_width.h"
#include "kernels/transformer_rows.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/token_norm.h"

namespace songscape {
namespace {

// The tile times the activation's derivative, which its results tell, at these pairs of rows.
inline __attribute__((always_inline)) void activate_gradient(Tile& tile, const uint32_t* results, __m512 slope) {
  const __m512i zero = _mm512_setzero_si512(), upper = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
#pragma GCC unroll 4
  for (int i = 0; i < kTileRows; i += 2, results += kPanelWidth)
    for (int v = 0; v < 2; ++v) {
      const __m512i both = _mm512_loadu_si512(results + 16 * v);
      const __mmask16 a = _mm512_cmple_epi32_mask(_mm512_slli_epi32(both, 16), zero),
                      b = _mm512_cmple_epi32_mask(_mm512_and_si512(both, upper), zero);
      tile[i][v] = _mm512_mask_mul_ps(tile[i][v], a, tile[i][v], slope);
      tile[i + 1][v] = _mm512_mask_mul_ps(tile[i + 1][v], b, tile[i + 1][v], slope);
    }
}

// The unit's rows, 0 behind the last token.
inline AlignedBuffer<float> padded_rows(const float* rows, const TokenUnit& t, int64_t n) {
  AlignedBuffer<float> out(t.n_padded * n);
  std::copy_n(rows + t.first * n, t.n * n, out.data());
  std::fill_n(out.data() + t.n * n, (t.n_padded - t.n) * n, 0.f);
  return out;
}

}  // namespace

void feed_gradient(const TransformerRows& l, int64_t unit, const FeedGradient& g) {
  const TokenUnit t(l.n_tokens, unit);
  const int64_t d = l.d_model, first_pair = t.first / 2;
  const AlignedBuffer<float> of_middle = padded_rows(g.of_out, t, d);
  const AlignedBuffer<Bf16> rounded(t.n_padded * d), of_hidden(t.n_padded * l.d_ff);
  round_rows(of_middle.data(), t.n_padded, d, rounded.data());
  pair_rows(of_middle.data(), t.n_padded, d, *g.of_out_panels, first_pair);
  add_rows(of_middle.data(), t.n, d, g.of_from_hidden_bias);
  multiply_rows(rounded.data(), d, t.n_padded, l.from_hidden.backward, nullptr, [&](int64_t r, int64_t c, Tile& tile) {
    const int64_t panel = c / kPanelWidth, pair = first_pair + r / 2;
    activate_gradient(tile, g.hidden->panel(panel, pair), _mm512_set1_ps(l.slope));
    store_pairs(tile, g.of_hidden->panel(panel, pair));
    store_rows(tile, of_hidden.data() + r * l.d_ff + c, l.d_ff);
    add_rows(tile, g.of_to_hidden_bias + c);
  });
  const AlignedBuffer<float> of_x(t.n_padded * d);
  multiply_rows(of_hidden.data(), l.d_ff, t.n_padded, l.to_hidden.backward, nullptr,
                [&](int64_t r, int64_t c, const Tile& tile) { store_floats(tile, of_x.data() + r * d + c, d); });
  token_norm_gradient(l.feed_norm, t, g.middle + t.first * d, g.stats + 2 * t.first, of_x.data(), g.norm,
                      of_middle.data());
  std::copy_n(of_middle.data(), t.n * d, g.of_middle + t.first * d);
  round_rows(of_middle.data(), t.n_padded, d, rounded.data());
  pair_rows(of_middle.data(), t.n_padded, d, *g.of_middle_panels, first_pair);
  add_rows(of_middle.data(), t.n, d, g.of_from_heads_bias);
  pair_rows(g.seen + t.first * d, d, t.n_padded, d, *g.seen_panels, first_pair);
  multiply_rows(
      rounded.data(), d, t.n_padded, l.from_heads.backward, nullptr,
      [&](int64_t r, int64_t c, const Tile& tile) { store_rows(tile, g.of_seen + (t.first + r) * d + c, d); });
}

void qkv_gradient(const TransformerRows& l, int64_t unit, const QkvGradient& g) {
  const TokenUnit t(l.n_tokens, unit);
  const int64_t d = l.d_model, width = 3 * d;
  const Bf16* const of_qkv = g.of_qkv + t.first * width;
  pair_rows(of_qkv, width, t.n_padded, width, *g.of_qkv_panels, t.first / 2);
  add_rows(of_qkv, width, t.n, width, g.of_to_qkv_bias);
  const AlignedBuffer<float> of_x(t.n_padded * d);
  multiply_rows(of_qkv, width, t.n_padded, l.to_qkv.backward, nullptr,
                [&](int64_t r, int64_t c, const Tile& tile) { store_floats(tile, of_x.data() + r * d + c, d); });
  token_norm_gradient(l.attention_norm, t, g.h + t.first * d, g.stats + 2 * t.first, of_x.data(), g.norm,
                      g.of_h + t.first * d);
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void feed_gradient(const TransformerRows&, int64_t, const FeedGradient&) { check(false, "the CPU has AVX512-BF16"); }
void qkv_gradient(const TransformerRows&, int64_t, const QkvGradient&) { check(false, "the CPU has AVX512-BF16"); }
}  // namespace songscape
#endif
