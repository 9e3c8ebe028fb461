// The rows of one head as attention's products read them.  Included within a region of AVX512-BF16 only.
#pragma once

#include <cmath>

#include "kernels/bf16_rows.h"
#include "kernels/softmax_row.h"
#include "kernels/token_attention.h"

namespace songscape {

inline int64_t whole_panels(int64_t n) { return n_panels(n) * kPanelWidth; }

// Pairs (i, i + head / 2) of a row turned by the place's angles; back for direction −1.
struct Turn {
  const float* table;
  int64_t half;
  float direction;
  template <class Load, class Store>
  void operator()(int64_t place, const Load& load, const Store& store) const {
    const float* const cosine = table + place * 2 * half;
    for (int64_t i = 0; i < half; i += 16) {
      const __m512 a = load(i), b = load(i + half), c = _mm512_loadu_ps(cosine + i),
                   s = _mm512_mul_ps(_mm512_loadu_ps(cosine + half + i), _mm512_set1_ps(direction));
      store(i, _mm512_fmsub_ps(a, c, _mm512_mul_ps(b, s)));
      store(i + half, _mm512_fmadd_ps(b, c, _mm512_mul_ps(a, s)));
    }
  }
};

// bf16 rows of one head, [whole_panels(n_tokens)][head_dim], 0 behind the last token.
class HeadRows {
 public:
  HeadRows(int64_t n_tokens, int64_t head_dim) : n_(whole_panels(n_tokens)), width_(head_dim), data_(n_ * head_dim) {
    std::fill_n(row(n_tokens), (n_ - n_tokens) * width_, Bf16{0});
  }
  int64_t size() const { return n_; }
  int64_t width() const { return width_; }
  Bf16* row(int64_t i) const { return data_.data() + i * width_; }

 private:
  int64_t n_, width_;
  AlignedBuffer<Bf16> data_;
};

inline HeadRows copied_rows(const Bf16* from, int64_t stride, int64_t n_tokens, int64_t head_dim) {
  HeadRows rows(n_tokens, head_dim);
  for (int64_t i = 0; i < n_tokens; ++i) std::copy_n(from + i * stride, head_dim, rows.row(i));
  return rows;
}

inline HeadRows turned_rows(const AttentionHead& a, const Bf16* from) {
  HeadRows rows(a.n_tokens, a.head_dim);
  const Turn turn{a.rotary, a.head_dim / 2, 1};
  for (int64_t i = 0; i < a.n_tokens; ++i)
    turn(
        i, [&](int64_t c) { return sixteen_of(from + i * 3 * a.width() + c); },
        [&](int64_t c, __m512 x) { store_sixteen(rows.row(i) + c, x); });
  return rows;
}

// The right side of products with the transpose: columns are the rows.
inline Panels columns_of(const HeadRows& rows) {
  Panels out(rows.width(), rows.size());
  for (int64_t p = 0; p < out.size(); ++p)
    for (int64_t k = 0; k < rows.width(); k += 32)
      for (int64_t half = 0; half < kPanelWidth; half += 16) {
        __m512i x[16];
        for (int64_t i = 0; i < 16; ++i) x[i] = _mm512_loadu_si512(rows.row(p * kPanelWidth + half + i) + k);
        transpose(x);
        for (int64_t i = 0; i < 16; ++i) _mm512_storeu_si512(out.panel(p, k / 2 + i) + half, x[i]);
      }
  return out;
}

// The right side of products with the rows themselves.
inline Panels panels_of(const HeadRows& rows) {
  Panels out(rows.size(), rows.width());
  pair_rows(rows.row(0), rows.width(), rows.size(), rows.width(), out, 0);
  return out;
}

// Keys that token i sees.
inline int64_t n_seen(const AttentionHead& a, int64_t i) {
  return a.is_causal ? std::min(i + 1, a.n_tokens) : a.n_tokens;
}

inline float score_scale(const AttentionHead& a) {
  return static_cast<float>(kLog2E / std::sqrt(static_cast<double>(a.head_dim)));
}

}  // namespace songscape
