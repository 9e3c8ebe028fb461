// Layer norm over blocks of rows, as kernels of AVX512-BF16 put it beside their products.  Included within a region of
// that target only.
#pragma once

#include <cmath>

#include "kernels/bf16_rows.h"
#include "kernels/transformer_rows.h"

namespace songscape {

// The tokens of a unit.
struct TokenUnit {
  int64_t first, n, n_padded;
  TokenUnit(int64_t n_tokens, int64_t unit)
      : first(unit * kTokenRows), n(std::min(kTokenRows, n_tokens - first)), n_padded(padded_tokens(n)) {}
};

// f32 rows of n values as bf16.
inline void round_rows(const float* rows, int64_t n_rows, int64_t n, Bf16* out) {
  for (int64_t i = 0; i < n_rows * n; i += 32)
    _mm512_storeu_si512(out + i, rounded_row(_mm512_loadu_ps(rows + i), _mm512_loadu_ps(rows + i + 16)));
}

// sums[0 … n − 1] += the rows.
inline void add_rows(const float* rows, int64_t n_rows, int64_t n, float* sums) {
  for (int64_t c = 0; c < n; c += 16) {
    __m512 sum = _mm512_loadu_ps(rows + c);
    for (int64_t r = 1; r < n_rows; ++r) sum = _mm512_add_ps(sum, _mm512_loadu_ps(rows + r * n + c));
    _mm512_storeu_ps(sums + c, _mm512_add_ps(_mm512_loadu_ps(sums + c), sum));
  }
}

// Of a unit: γ and δ of each token, [n_padded][2 · width]; nothing where the norm is not adapted.
inline AlignedBuffer<float> scale_shift_of(const TokenNorm& norm, const TokenUnit& t) {
  if (!norm.adapt) return {};
  const int64_t stride = (norm.n_condition + 1) / 2 * 2;
  const AlignedBuffer<Bf16> told(t.n_padded * stride);
  std::fill_n(told.data(), t.n_padded * stride, Bf16{0});
  for (int64_t r = 0; r < t.n; ++r)
    for (int64_t c = 0; c < norm.n_condition; ++c)
      told.data()[r * stride + c] = to_bf16(norm.condition[(t.first + r) * norm.n_condition + c]);
  AlignedBuffer<float> out(t.n_padded * 2 * norm.width);
  multiply_rows(told.data(), stride, t.n_padded, norm.adapt->forward, norm.adapt->bias,
                [&](int64_t r, int64_t c, const Tile& tile) {
                  store_floats(tile, out.data() + r * 2 * norm.width + c, 2 * norm.width);
                });
  return out;
}

// Sixteen values of a row.
struct NormedRow {
  const TokenNorm& norm;
  __m512 mean, scale;  // scale: 1/deviation
  const float* scale_shift;
  __m512 centred(const float* row, int64_t c) const {
    return _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(row + c), mean), scale);
  }
  __m512 weighted(__m512 x, int64_t c) const {
    return _mm512_fmadd_ps(x, _mm512_loadu_ps(norm.weight + c), _mm512_loadu_ps(norm.bias + c));
  }
  __m512 adapted(__m512 y, int64_t c) const {
    if (!scale_shift) return y;
    return _mm512_add_ps(_mm512_fmadd_ps(y, _mm512_loadu_ps(scale_shift + c), y),
                         _mm512_loadu_ps(scale_shift + norm.width + c));
  }
};

// stats: of the unit's first token on.
inline NormedRow normed_row(const TokenNorm& norm, const float* stats, const AlignedBuffer<float>& scale_shift,
                            int64_t r) {
  return {norm, _mm512_set1_ps(stats[2 * r]), _mm512_set1_ps(stats[2 * r + 1]),
          scale_shift.data() ? scale_shift.data() + r * 2 * norm.width : nullptr};
}

inline void measure_row(const float* row, int64_t n, float epsilon, float* stats) {
  __m512 sum = _mm512_setzero_ps();
  for (int64_t c = 0; c < n; c += 16) sum = _mm512_add_ps(sum, _mm512_loadu_ps(row + c));
  const float mean = _mm512_reduce_add_ps(sum) / static_cast<float>(n);
  __m512 squares = _mm512_setzero_ps();
  for (int64_t c = 0; c < n; c += 16) {
    const __m512 v = _mm512_sub_ps(_mm512_loadu_ps(row + c), _mm512_set1_ps(mean));
    squares = _mm512_fmadd_ps(v, v, squares);
  }
  stats[0] = mean;
  stats[1] = 1 / std::sqrt(_mm512_reduce_add_ps(squares) / static_cast<float>(n) + epsilon);
}

// h: f32 rows of the unit → bf16 [n_padded][width], 0 behind the last token, and their statistics.
inline AlignedBuffer<Bf16> normalise(const TokenNorm& norm, const TokenUnit& t, const float* h, float* stats) {
  const AlignedBuffer<float> scale_shift = scale_shift_of(norm, t);
  AlignedBuffer<Bf16> x(t.n_padded * norm.width);
  for (int64_t r = 0; r < t.n; ++r) {
    const float* const row = h + r * norm.width;
    measure_row(row, norm.width, norm.epsilon, stats + 2 * r);
    const NormedRow n = normed_row(norm, stats, scale_shift, r);
    const auto value = [&](int64_t c) { return n.adapted(n.weighted(n.centred(row, c), c), c); };
    for (int64_t c = 0; c < norm.width; c += 32)
      _mm512_storeu_si512(x.data() + r * norm.width + c, rounded_row(value(c), value(c + 16)));
  }
  std::fill_n(x.data() + t.n * norm.width, (t.n_padded - t.n) * norm.width, Bf16{0});
  return x;
}

inline void add_to(float* sums, __m512 x) { _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_loadu_ps(sums), x)); }

// gradient: f32 [n_padded][width] towards the norm's result, which takes its place.  of_h += what reaches h.
inline void token_norm_gradient(const TokenNorm& norm, const TokenUnit& t, const float* h, const float* stats,
                                float* gradient, const NormGradient& out, float* of_h) {
  const int64_t width = norm.width;
  const AlignedBuffer<float> scale_shift = scale_shift_of(norm, t);
  const AlignedBuffer<float> of_scale_shift(norm.adapt ? t.n_padded * 2 * width : 0);
  const __m512 share = _mm512_set1_ps(1 / static_cast<float>(width));
  for (int64_t r = 0; r < t.n; ++r) {
    const NormedRow n = normed_row(norm, stats, scale_shift, r);
    const float* const row = h + r * width;
    float* const dx = gradient + r * width;
    float* const of_row = of_h + r * width;
    float* const of_adaption = of_scale_shift.data() + r * 2 * width;
    __m512 sum = _mm512_setzero_ps(), with_x = _mm512_setzero_ps();
    for (int64_t c = 0; c < width; c += 16) {
      const __m512 x = n.centred(row, c), y = n.weighted(x, c), given = _mm512_loadu_ps(dx + c);
      __m512 g = given;
      if (n.scale_shift) {
        _mm512_storeu_ps(of_adaption + c, _mm512_mul_ps(given, y));
        _mm512_storeu_ps(of_adaption + width + c, given);
        g = _mm512_fmadd_ps(given, _mm512_loadu_ps(n.scale_shift + c), given);
      }
      add_to(out.of_weight + c, _mm512_mul_ps(g, x));
      add_to(out.of_bias + c, g);
      g = _mm512_mul_ps(g, _mm512_loadu_ps(norm.weight + c));
      sum = _mm512_add_ps(sum, g);
      with_x = _mm512_fmadd_ps(g, x, with_x);
    }
    const __m512 mean = _mm512_mul_ps(_mm512_set1_ps(_mm512_reduce_add_ps(sum)), share),
                 slope = _mm512_mul_ps(_mm512_set1_ps(_mm512_reduce_add_ps(with_x)), share);
    for (int64_t c = 0; c < width; c += 16) {
      const __m512 x = n.centred(row, c), given = _mm512_loadu_ps(dx + c);
      __m512 g = n.scale_shift ? _mm512_fmadd_ps(given, _mm512_loadu_ps(n.scale_shift + c), given) : given;
      g = _mm512_fnmadd_ps(slope, x, _mm512_fmsub_ps(g, _mm512_loadu_ps(norm.weight + c), mean));
      add_to(of_row + c, _mm512_mul_ps(g, n.scale));
      _mm512_storeu_ps(dx + c, n.adapted(n.weighted(x, c), c));
    }
  }
  std::fill_n(gradient + t.n * width, (t.n_padded - t.n) * width, 0.f);
  pair_rows(gradient, t.n_padded, width, *out.x, t.first / 2);
  if (!norm.adapt) return;
  std::fill_n(of_scale_shift.data() + t.n * 2 * width, (t.n_padded - t.n) * 2 * width, 0.f);
  add_rows(of_scale_shift.data(), t.n, 2 * width, out.of_adapt_bias);
  pair_rows(of_scale_shift.data(), t.n_padded, 2 * width, *out.of_scale_shift, t.first / 2);
  if (!out.of_condition) return;
  const AlignedBuffer<Bf16> rounded(t.n_padded * 2 * width);
  round_rows(of_scale_shift.data(), t.n_padded, 2 * width, rounded.data());
  multiply_rows(rounded.data(), 2 * width, t.n_padded, norm.adapt->backward, nullptr,
                [&](int64_t r, int64_t c, const Tile& tile) {
                  alignas(64) float values[kTileRows * kPanelWidth];
                  store_floats(tile, values, kPanelWidth);
                  for (int64_t i = 0; i < std::min(kTileRows, t.n - r); ++i)
                    for (int64_t k = 0; k < std::min(kPanelWidth, norm.n_condition - c); ++k)
                      out.of_condition[(t.first + r + i) * norm.n_condition + c + k] += values[i * kPanelWidth + k];
                });
}

}  // namespace songscape
