// Blocks of queries, one after the other: their weights and gradients of scores are computed again, a panel of keys at
// a time, as pairs of queries for what reaches keys and values and as rows for what reaches the queries.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/vector_width.h"
#include "kernels/token_attention.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/attention_rows.h"

namespace songscape {
namespace {

constexpr int64_t kQueries = 32;  // of a block

class GradientOfHead {
 public:
  GradientOfHead(const AttentionHead& a, const AttentionGradient& g)
      : a_(a),
        g_(g),
        q_(turned_rows(a, part(a.qkv, 0))),
        k_(turned_rows(a, part(a.qkv, 1))),
        v_(copied_rows(part(a.qkv, 2), 3 * a.width(), a.n_tokens, a.head_dim)),
        of_seen_(copied_rows(g.of_seen + a.head * a.head_dim, a.width(), a.n_tokens, a.head_dim)),
        n_(q_.size()),
        key_columns_(columns_of(k_)),
        value_columns_(columns_of(v_)),
        key_panels_(panels_of(k_)),
        query_panels_(panels_of(q_)),
        of_seen_panels_(panels_of(of_seen_)),
        weights_(kQueries / 2 * n_),
        of_scores_(kQueries / 2 * n_),
        of_score_rows_(kQueries * n_),
        of_keys_(n_ * a.head_dim),
        of_values_(n_ * a.head_dim) {
    std::fill_n(of_keys_.data(), n_ * a.head_dim, 0.f);
    std::fill_n(of_values_.data(), n_ * a.head_dim, 0.f);
  }

  void run() {
    for (int64_t first = 0; first < a_.n_tokens; first += kQueries) {
      const int64_t n_columns = whole_panels(n_seen(a_, first + kQueries - 1));
      measure(first);
      for (int64_t r = 0; r < kQueries; r += kTileRows)
        for (int64_t c = 0; c < n_columns; c += kPanelWidth) score_tile(first, r, c);
      for (int64_t c = 0; c < n_columns; c += kPanelWidth) {
        add_of_keys(weights_, of_seen_panels_, first, c, of_values_);
        add_of_keys(of_scores_, query_panels_, first, c, of_keys_);
      }
      store_of_queries(first, n_columns);
    }
    store_of_keys();
  }

 private:
  template <class T>
  T* part(T* rows, int64_t which) const {
    return rows + which * a_.width() + a_.head * a_.head_dim;
  }

  // Of each query of the block: log2 Σ, and Σ seen · of_seen.
  void measure(int64_t first) {
    for (int64_t r = 0; r < kQueries; ++r) {
      const int64_t i = first + r;
      log_sum_[r] = std::numeric_limits<float>::infinity();  // all its weights are 0
      of_sum_[r] = 0;
      if (i >= a_.n_tokens) continue;
      log_sum_[r] = g_.log_sums[i * a_.n_heads + a_.head];
      __m512 sum = _mm512_setzero_ps();
      for (int64_t c = 0; c < a_.head_dim; c += 16)
        sum = _mm512_fmadd_ps(sixteen_of(g_.seen + i * a_.width() + a_.head * a_.head_dim + c),
                              sixteen_of(of_seen_.row(i) + c), sum);
      of_sum_[r] = _mm512_reduce_add_ps(sum);
    }
  }

  // Weights, and gradients of scores, of 8 queries by a panel of keys.
  void score_tile(int64_t first, int64_t r, int64_t c) {
    const int64_t panel = c / kPanelWidth;
    alignas(64) float scores[kTileRows * kPanelWidth];
    multiply_tile<kTileRows, 2, false>({pairs(q_.row(first + r)), a_.head_dim / 2, 1},
                                       {key_columns_.panel(panel), 0, kPanelWidth}, a_.head_dim / 2, scores,
                                       kPanelWidth);
    Tile of_weights = {};
    add_products<kTileRows, 2>(of_weights, {pairs(of_seen_.row(first + r)), a_.head_dim / 2, 1},
                               {value_columns_.panel(panel), 0, kPanelWidth}, a_.head_dim / 2);
    const __m512 scale = _mm512_set1_ps(score_scale(a_)),
                 of_scale = _mm512_set1_ps(static_cast<float>(1 / std::sqrt(static_cast<double>(a_.head_dim))));
    Tile weights, of_scores;
#pragma GCC unroll 8
    for (int i = 0; i < kTileRows; ++i) {
      const int64_t n = n_seen(a_, first + r + i);
      const __m512 log_sum = _mm512_set1_ps(log_sum_[r + i]), of_sum = _mm512_set1_ps(of_sum_[r + i]);
      for (int v = 0; v < 2; ++v) {
        const __m512 x = _mm512_fmsub_ps(_mm512_load_ps(scores + i * kPanelWidth + 16 * v), scale, log_sum);
        weights[i][v] = _mm512_maskz_mov_ps(columns_below(n, c + 16 * v), exp2_of(x));
        of_scores[i][v] =
            _mm512_mul_ps(_mm512_mul_ps(weights[i][v], of_scale), _mm512_sub_ps(of_weights[i][v], of_sum));
      }
    }
    const int64_t at = (panel * kQueries + r) / 2 * kPanelWidth;
    store_pairs(weights, weights_.data() + at);
    store_pairs(of_scores, of_scores_.data() + at);
    store_rows(of_scores, of_score_rows_.data() + r * n_ + c, n_);
  }

  // out[keys of a panel] += leftᵀ right, over the block's queries.
  void add_of_keys(const AlignedBuffer<uint32_t>& left, const Panels& right, int64_t first, int64_t c,
                   const AlignedBuffer<float>& out) const {
    for (int64_t p = 0; p < right.size(); ++p)
      for (int64_t r = 0; r < kPanelWidth; r += kTileRows)
        multiply_tile<kTileRows, 2, true>({left.data() + c / 2 * kQueries + r, 1, kPanelWidth},
                                          {right.panel(p, first / 2), 0, kPanelWidth}, kQueries / 2,
                                          out.data() + (c + r) * a_.head_dim + p * kPanelWidth, a_.head_dim);
  }

  void store_of_queries(int64_t first, int64_t n_columns) const {
    alignas(64) float rows[kTileRows * 1024];
    check(a_.head_dim <= 1024, "a head has at most 1024 values");
    const Turn back{a_.rotary, a_.head_dim / 2, -1};
    for (int64_t r = 0; r < std::min(kQueries, a_.n_tokens - first); r += kTileRows) {
      for (int64_t p = 0; p < key_panels_.size(); ++p)
        multiply_tile<kTileRows, 2, false>({pairs(of_score_rows_.data() + r * n_), n_ / 2, 1},
                                           {key_panels_.panel(p), 0, kPanelWidth}, n_columns / 2,
                                           rows + p * kPanelWidth, a_.head_dim);
      for (int64_t i = 0; i < std::min(kTileRows, a_.n_tokens - first - r); ++i)
        store_turned(back, first + r + i, rows + i * a_.head_dim, part(g_.of_qkv, 0));
    }
  }

  void store_turned(const Turn& turn, int64_t place, const float* row, Bf16* out) const {
    turn(
        place, [&](int64_t c) { return _mm512_loadu_ps(row + c); },
        [&](int64_t c, __m512 x) { store_sixteen(out + place * 3 * a_.width() + c, x); });
  }

  void store_of_keys() const {
    const Turn back{a_.rotary, a_.head_dim / 2, -1};
    for (int64_t i = 0; i < a_.n_tokens; ++i) {
      store_turned(back, i, of_keys_.data() + i * a_.head_dim, part(g_.of_qkv, 1));
      for (int64_t c = 0; c < a_.head_dim; c += 16)
        store_sixteen(part(g_.of_qkv, 2) + i * 3 * a_.width() + c,
                      _mm512_loadu_ps(of_values_.data() + i * a_.head_dim + c));
    }
  }

  const AttentionHead a_;
  const AttentionGradient g_;
  HeadRows q_, k_, v_, of_seen_;
  int64_t n_;  // tokens, up to whole panels
  Panels key_columns_, value_columns_, key_panels_, query_panels_, of_seen_panels_;
  AlignedBuffer<uint32_t> weights_, of_scores_;  // of the block: [panel of keys][pair of queries][key]
  AlignedBuffer<Bf16> of_score_rows_;            // [query][key]
  AlignedBuffer<float> of_keys_, of_values_;
  float log_sum_[kQueries], of_sum_[kQueries];
};

}  // namespace

void attend_gradient(const AttentionHead& a, const AttentionGradient& g) { GradientOfHead(a, g).run(); }

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void attend_gradient(const AttentionHead&, const AttentionGradient&) { check(false, "the CPU has AVX512-BF16"); }
}  // namespace songscape
#endif
