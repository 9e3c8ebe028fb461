#include "kernels/segment_sums.h"

#include <algorithm>

#include "core/vector_width.h"

namespace songscape {
namespace {

SONGSCAPE_INLINE void sums_of_columns(const SegmentSums& s, int64_t first, int64_t last, float* out) {
  for (int64_t i = 0; i < s.n_rows; ++i)
    for (int64_t q = 0; q < s.n_weights; ++q) {
      const float weight = s.weights[i * s.n_weights + q];
      const float* __restrict row = s.rows + i * s.width;
      float* __restrict sum = out + (s.segment[i] * s.n_weights + q) * s.width;
      for (int64_t c = first; c < last; ++c) sum[c] += weight * row[c];
    }
}

SONGSCAPE_INLINE float dot_of_rows(const float* __restrict a, const float* __restrict b, int64_t n) {
  constexpr int64_t kLanes = 32;
  float sums[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  float total = 0;
  for (const float sum : sums) total += sum;
  return total;
}

SONGSCAPE_INLINE void gradient_of_rows(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last,
                                       float* of_rows, float* of_weights) {
  for (int64_t i = first; i < last; ++i) {
    const float* const row = s.rows + i * s.width;
    float* __restrict of_row = of_rows + i * s.width;
    std::fill_n(of_row, s.width, 0.f);
    for (int64_t q = 0; q < s.n_weights; ++q) {
      const float weight = s.weights[i * s.n_weights + q];
      const float* __restrict of_sum = of_sums + (s.segment[i] * s.n_weights + q) * s.width;
      of_weights[i * s.n_weights + q] = dot_of_rows(row, of_sum, s.width);
      for (int64_t c = 0; c < s.width; ++c) of_row[c] += weight * of_sum[c];
    }
  }
}

SONGSCAPE_AVX512 void sums_avx512(const SegmentSums& s, int64_t first, int64_t last, float* out) {
  sums_of_columns(s, first, last, out);
}
SONGSCAPE_AVX2 void sums_avx2(const SegmentSums& s, int64_t first, int64_t last, float* out) {
  sums_of_columns(s, first, last, out);
}
void sums_base(const SegmentSums& s, int64_t first, int64_t last, float* out) { sums_of_columns(s, first, last, out); }

SONGSCAPE_AVX512 void gradient_avx512(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last,
                                      float* of_rows, float* of_weights) {
  gradient_of_rows(s, of_sums, first, last, of_rows, of_weights);
}
SONGSCAPE_AVX2 void gradient_avx2(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last,
                                  float* of_rows, float* of_weights) {
  gradient_of_rows(s, of_sums, first, last, of_rows, of_weights);
}
void gradient_base(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last, float* of_rows,
                   float* of_weights) {
  gradient_of_rows(s, of_sums, first, last, of_rows, of_weights);
}

}  // namespace

void add_segment_sums(const SegmentSums& s, int64_t first, int64_t last, float* out) {
  for_width(vector_width(), sums_avx512, sums_avx2, sums_base)(s, first, last, out);
}

void segment_sums_gradient(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last, float* of_rows,
                           float* of_weights) {
  for_width(vector_width(), gradient_avx512, gradient_avx2, gradient_base)(s, of_sums, first, last, of_rows,
                                                                           of_weights);
}

}  // namespace songscape
