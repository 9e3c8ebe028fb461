#include "kernels/token_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/vector_width.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/attention_rows.h"

namespace songscape {
namespace {

struct SoftmaxRow {
  float log_sum;  // log2
  float share;    // 1 / Σ
};

// Scores of a token → bf16 weights 2^(scale (score − most)) of the first n, 0 beyond.
inline SoftmaxRow softmax_row(const float* scores, int64_t n, int64_t n_columns, float scale, Bf16* weights) {
  __m512 most = _mm512_set1_ps(-std::numeric_limits<float>::infinity());
  for (int64_t c = 0; c < n; c += 16)
    most = _mm512_mask_max_ps(most, columns_below(n, c), most, _mm512_loadu_ps(scores + c));
  const float top = _mm512_reduce_max_ps(most) * scale;
  __m512 sum = _mm512_setzero_ps();
  for (int64_t c = 0; c < n_columns; c += 16) {
    const __mmask16 mask = columns_below(n, c);
    const __m512 x = _mm512_fmsub_ps(_mm512_loadu_ps(scores + c), _mm512_set1_ps(scale), _mm512_set1_ps(top)),
                 weight = _mm512_maskz_mov_ps(mask, exp2_of(x));
    sum = _mm512_add_ps(sum, weight);
    store_sixteen(weights + c, weight);
  }
  const float total = _mm512_reduce_add_ps(sum);
  return {top + std::log2(total), 1 / total};
}

}  // namespace

void attend(const AttentionHead& a, Bf16* seen, float* log_sums) {
  check(a.head_dim % kPanelWidth == 0, "a head has whole panels");
  const Bf16* const from = a.qkv + a.head * a.head_dim;
  const HeadRows q = turned_rows(a, from);
  const Panels keys = columns_of(turned_rows(a, from + a.width())),
               values = panels_of(copied_rows(from + 2 * a.width(), 3 * a.width(), a.n_tokens, a.head_dim));
  const AlignedBuffer<float> scores(kTileRows * q.size());
  const AlignedBuffer<Bf16> weights(kTileRows * q.size());
  for (int64_t first = 0; first < a.n_tokens; first += kTileRows) {
    const int64_t n_rows = std::min(kTileRows, a.n_tokens - first),
                  n_columns = whole_panels(n_seen(a, first + kTileRows - 1));
    for (int64_t c = 0; c < n_columns; c += kPanelWidth)
      multiply_tile<kTileRows, 2, false>({pairs(q.row(first)), a.head_dim / 2, 1},
                                         {keys.panel(c / kPanelWidth), 0, kPanelWidth}, a.head_dim / 2,
                                         scores.data() + c, q.size());
    float share[kTileRows] = {};
    for (int64_t r = 0; r < kTileRows; ++r) {
      const int64_t i = std::min(first + r, a.n_tokens - 1);  // what stands behind the last token is not stored
      const SoftmaxRow row = softmax_row(scores.data() + r * q.size(), n_seen(a, i), n_columns, score_scale(a),
                                         weights.data() + r * q.size());
      share[r] = row.share;
      log_sums[i * a.n_heads + a.head] = r < n_rows ? row.log_sum : log_sums[i * a.n_heads + a.head];
    }
    for (int64_t p = 0; p < values.size(); ++p) {
      Tile sum = {};
      add_products<kTileRows, 2>(sum, {pairs(weights.data()), q.size() / 2, 1}, {values.panel(p), 0, kPanelWidth},
                                 n_columns / 2);
      Bf16* const out = seen + first * a.width() + a.head * a.head_dim + p * kPanelWidth;
#pragma GCC unroll 8
      for (int r = 0; r < kTileRows; ++r)
        if (r < n_rows)
          _mm512_storeu_si512(out + r * a.width(), rounded_row(_mm512_mul_ps(sum[r][0], _mm512_set1_ps(share[r])),
                                                               _mm512_mul_ps(sum[r][1], _mm512_set1_ps(share[r]))));
    }
  }
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void attend(const AttentionHead&, Bf16*, float*) { check(false, "the CPU has AVX512-BF16"); }
}  // namespace songscape
#endif
