#include "kernels/next_token.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/vector_width.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/softmax_row.h"
#include "kernels/token_norm.h"

namespace songscape {
namespace {

struct Likeliest {
  int64_t token;
  float logit;
};

inline Likeliest likeliest_of(const float* logits, int64_t n) {
  __m512 most = _mm512_set1_ps(-std::numeric_limits<float>::infinity());
  for (int64_t c = 0; c < n; c += 16)
    most = _mm512_mask_max_ps(most, columns_below(n, c), most, _mm512_loadu_ps(logits + c));
  const float top = _mm512_reduce_max_ps(most);
  for (int64_t c = 0; c < n; c += 16) {
    const __mmask16 equal =
        _mm512_mask_cmp_ps_mask(columns_below(n, c), _mm512_loadu_ps(logits + c), _mm512_set1_ps(top), _CMP_EQ_OQ);
    if (equal) return {c + __builtin_ctz(equal), top};
  }
  return {0, top};  // of logits that are no numbers
}

// logits become e^(logit − most); their sum.
inline float exponentials(float* logits, int64_t n, float most) {
  const __m512 scale = _mm512_set1_ps(static_cast<float>(kLog2E));
  __m512 sum = _mm512_setzero_ps();
  for (int64_t c = 0; c < n; c += 16) {
    const __m512 x = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(logits + c), _mm512_set1_ps(most)), scale),
                 y = _mm512_maskz_mov_ps(columns_below(n, c), exp2_of(x));
    _mm512_storeu_ps(logits + c, y);
    sum = _mm512_add_ps(sum, y);
  }
  return _mm512_reduce_add_ps(sum);
}

inline void store_shares(const float* weights, int64_t n_columns, float sum, Bf16* out) {
  const __m512 share = _mm512_set1_ps(1 / sum);
  for (int64_t c = 0; c < n_columns; c += 32)
    _mm512_storeu_si512(out + c, rounded_row(_mm512_mul_ps(_mm512_loadu_ps(weights + c), share),
                                             _mm512_mul_ps(_mm512_loadu_ps(weights + c + 16), share)));
}

}  // namespace

void next_token(const NextTokenRows& rows, int64_t unit, const float* h, const NextTokenResult& result) {
  const TokenUnit t(rows.n_tokens, unit);
  const int64_t n_columns = padded_vocabulary(rows.n_vocabulary), width = rows.norm.width;
  const AlignedBuffer<Bf16> x = normalise(rows.norm, t, h + t.first * width, result.stats + 2 * t.first);
  const AlignedBuffer<float> logits(t.n_padded * n_columns);
  multiply_rows(x.data(), width, t.n_padded, rows.to_logits.forward, rows.to_logits.bias,
                [&](int64_t r, int64_t c, const Tile& tile) {
                  store_floats(tile, logits.data() + r * n_columns + c, n_columns);
                });
  for (int64_t r = 0; r < t.n; ++r) {
    float* const row = logits.data() + r * n_columns;
    const int64_t i = t.first + r;
    const float wanted = row[rows.target[i]];
    const Likeliest best = likeliest_of(row, rows.n_vocabulary);
    const float sum = exponentials(row, rows.n_vocabulary, best.logit);
    result.likeliest[i] = best.token;
    result.nats[i] = best.logit + std::log(sum) - wanted;
    if (!result.shares) continue;
    for (int64_t c = rows.n_vocabulary; c < n_columns; ++c) row[c] = 0;
    store_shares(row, n_columns, sum, result.shares + i * n_columns);
  }
}

void next_token_gradient(const NextTokenRows& rows, int64_t unit, const NextTokenGradient& g) {
  const TokenUnit t(rows.n_tokens, unit);
  const int64_t n_columns = padded_vocabulary(rows.n_vocabulary), width = rows.norm.width;
  const AlignedBuffer<Bf16> of_logits(t.n_padded * n_columns);
  for (int64_t r = 0; r < t.n; ++r) {
    const int64_t i = t.first + r, target = rows.target[i];
    const Bf16* const shares = g.shares + i * n_columns;
    Bf16* const out = of_logits.data() + r * n_columns;
    for (int64_t c = 0; c < n_columns; c += 16) {
      const __m512 of_sixteen = _mm512_mul_ps(sixteen_of(shares + c), _mm512_set1_ps(g.of_nats[i]));
      store_sixteen(out + c, of_sixteen);
      add_to(g.of_logits_bias + c, of_sixteen);
    }
    // From −log p: beside 1, p as bf16 is too coarse.
    const float of_target = std::expm1(-g.nats[i]) * g.of_nats[i];
    g.of_logits_bias[target] += of_target - from_bf16(shares[target]) * g.of_nats[i];
    out[target] = to_bf16(of_target);
  }
  std::fill_n(of_logits.data() + t.n * n_columns, (t.n_padded - t.n) * n_columns, Bf16{0});
  pair_rows(of_logits.data(), n_columns, t.n_padded, n_columns, *g.of_logits, t.first / 2);
  const AlignedBuffer<float> of_x(t.n_padded * width);
  multiply_rows(
      of_logits.data(), n_columns, t.n_padded, rows.to_logits.backward, nullptr,
      [&](int64_t r, int64_t c, const Tile& tile) { store_floats(tile, of_x.data() + r * width + c, width); });
  token_norm_gradient(rows.norm, t, g.h + t.first * width, g.stats + 2 * t.first, of_x.data(), g.norm,
                      g.of_h + t.first * width);
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void next_token(const NextTokenRows&, int64_t, const float*, const NextTokenResult&) {
  check(false, "the CPU has AVX512-BF16");
}
void next_token_gradient(const NextTokenRows&, int64_t, const NextTokenGradient&) {
  check(false, "the CPU has AVX512-BF16");
}
}  // namespace songscape
#endif
