// Plain loops that the compiler turns into vectors, compiled once for each instruction set.
#include "kernels/row_matrix.h"

#include <algorithm>

#include "core/error.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

constexpr int kSums = 16;       // of a row, side by side
constexpr int kRowsAtOnce = 4;  // that read x together

SONGSCAPE_INLINE float value_of(float x) { return x; }
SONGSCAPE_INLINE float value_of(Bf16 x) { return from_bf16(x); }

// In halves, which takes four additions one after the other instead of sixteen.
SONGSCAPE_INLINE float total(float* sums) {
  for (int half = kSums / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

// kRows rows of n values, `stride` apart, times x.
template <int kRows, class T>
SONGSCAPE_INLINE void row_dots(const T* rows, int64_t stride, const float* __restrict x, int64_t n, float* out) {
  float sums[kRows][kSums] = {};
  int64_t c = 0;
  for (; c + kSums <= n; c += kSums)
    for (int r = 0; r < kRows; ++r)
      for (int i = 0; i < kSums; ++i) sums[r][i] += value_of(rows[r * stride + c + i]) * x[c + i];
  for (int r = 0; r < kRows; ++r) {
    float rest = 0;
    for (int64_t i = c; i < n; ++i) rest += value_of(rows[r * stride + i]) * x[i];
    out[r] = total(sums[r]) + rest;
  }
}

template <class T>
SONGSCAPE_INLINE void all_dots(const T* rows, int64_t stride, const float* x, int64_t n, int64_t n_rows, float* out) {
  int64_t r = 0;
  for (; r + kRowsAtOnce <= n_rows; r += kRowsAtOnce) row_dots<kRowsAtOnce>(rows + r * stride, stride, x, n, out + r);
  for (; r < n_rows; ++r) row_dots<1>(rows + r * stride, stride, x, n, out + r);
}

template <class T>
SONGSCAPE_INLINE void add_rows(const T* rows, int64_t stride, const float* weight, int64_t n, int64_t n_rows,
                               float* __restrict out) {
  std::fill_n(out, n, 0.f);
  for (int64_t r = 0; r < n_rows; ++r)
    for (int64_t c = 0; c < n; ++c) out[c] += weight[r] * value_of(rows[r * stride + c]);
}

template <class T>
struct RowKernels {
  void (*dots)(const T*, int64_t, const float*, int64_t, int64_t, float*);
  void (*sum)(const T*, int64_t, const float*, int64_t, int64_t, float*);
};

#define SONGSCAPE_ROW_KERNELS(NAME, TARGET)                                                                       \
  template <class T>                                                                                              \
  TARGET void dots_##NAME(const T* rows, int64_t stride, const float* x, int64_t n, int64_t n_rows, float* out) { \
    all_dots(rows, stride, x, n, n_rows, out);                                                                    \
  }                                                                                                               \
  template <class T>                                                                                              \
  TARGET void sum_##NAME(const T* rows, int64_t stride, const float* w, int64_t n, int64_t n_rows, float* out) {  \
    add_rows(rows, stride, w, n, n_rows, out);                                                                    \
  }                                                                                                               \
  template <class T>                                                                                              \
  constexpr RowKernels<T> row_kernels_##NAME{dots_##NAME<T>, sum_##NAME<T>};

SONGSCAPE_ROW_KERNELS(avx512, SONGSCAPE_AVX512)
SONGSCAPE_ROW_KERNELS(avx2, SONGSCAPE_AVX2)
SONGSCAPE_ROW_KERNELS(base, )

template <class T>
const RowKernels<T>& row_kernels() {
  static const RowKernels<T>& chosen =
      *for_width(vector_width(), &row_kernels_avx512<T>, &row_kernels_avx2<T>, &row_kernels_base<T>);
  return chosen;
}

void round_to(std::span<const float> values, std::vector<float>& f32, std::vector<Bf16>& bf16, RowPrecision precision) {
  if (precision == RowPrecision::f32) {
    f32.assign(values.begin(), values.end());
    return;
  }
  bf16.resize(values.size());
  std::ranges::transform(values, bf16.begin(), to_bf16);
}

}  // namespace

RowMatrix::RowMatrix(std::span<const float> weight, std::span<const float> bias, int64_t n_columns,
                     RowPrecision precision)
    : n_rows_(static_cast<int64_t>(weight.size()) / n_columns),
      n_columns_(n_columns),
      bias_(static_cast<size_t>(n_rows_), 0.f) {
  check(n_rows_ * n_columns == static_cast<int64_t>(weight.size()), "a matrix has whole rows");
  check(bias.empty() || bias.size() == bias_.size(), "a bias has a value for each row");
  std::ranges::copy(bias, bias_.begin());
  round_to(weight, f32_, bf16_, precision);
}

int64_t RowMatrix::n_bytes() const {
  return static_cast<int64_t>((f32_.size() + bias_.size()) * sizeof(float) + bf16_.size() * sizeof(Bf16));
}

void RowMatrix::multiply(const float* x, int64_t first, int64_t last, float* y) const {
  if (f32_.empty())
    row_kernels<Bf16>().dots(bf16_.data() + first * n_columns_, n_columns_, x, n_columns_, last - first, y + first);
  else
    row_kernels<float>().dots(f32_.data() + first * n_columns_, n_columns_, x, n_columns_, last - first, y + first);
  for (int64_t i = first; i < last; ++i) y[i] += bias_[static_cast<size_t>(i)];
}

RowCache::RowCache(int64_t capacity, int64_t n_columns, RowPrecision precision) : n_columns_(n_columns) {
  const auto n = static_cast<size_t>(capacity * n_columns);
  if (precision == RowPrecision::f32)
    f32_.resize(n);
  else
    bf16_.resize(n);
}

void RowCache::set(int64_t row, const float* values) {
  if (f32_.empty())
    std::transform(values, values + n_columns_, bf16_.begin() + row * n_columns_, to_bf16);
  else
    std::copy_n(values, n_columns_, f32_.begin() + row * n_columns_);
}

void RowCache::dots(const float* q, int64_t first, int64_t n, int64_t n_rows, float* out) const {
  if (f32_.empty())
    row_kernels<Bf16>().dots(bf16_.data() + first, n_columns_, q, n, n_rows, out);
  else
    row_kernels<float>().dots(f32_.data() + first, n_columns_, q, n, n_rows, out);
}

void RowCache::weighted_sum(const float* weight, int64_t first, int64_t n, int64_t n_rows, float* out) const {
  if (f32_.empty())
    row_kernels<Bf16>().sum(bf16_.data() + first, n_columns_, weight, n, n_rows, out);
  else
    row_kernels<float>().sum(f32_.data() + first, n_columns_, weight, n, n_rows, out);
}

}  // namespace songscape
