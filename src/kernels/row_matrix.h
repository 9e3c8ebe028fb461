// Products of a matrix with one vector, for decoding token by token: what they cost is reading the matrix.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/bf16.h"

namespace songscape {

enum class RowPrecision { f32, bf16 };

// W [n_rows, n_columns], row after row, as f32 or rounded to bf16, with a bias.
class RowMatrix {
 public:
  RowMatrix() = default;
  // weight: n_rows · n_columns values; bias: n_rows values, or none.
  RowMatrix(std::span<const float> weight, std::span<const float> bias, int64_t n_columns, RowPrecision precision);

  int64_t n_rows() const { return n_rows_; }
  int64_t n_columns() const { return n_columns_; }
  int64_t n_bytes() const;
  // y[i] = W[i] · x + bias[i] for the rows first … last − 1; sums in f32.  x: n_columns values; y: n_rows.
  void multiply(const float* x, int64_t first, int64_t last, float* y) const;

 private:
  int64_t n_rows_ = 0, n_columns_ = 0;
  std::vector<float> f32_, bias_;
  std::vector<Bf16> bf16_;
};

// Keys or values of the tokens so far, one vector each: [capacity, n_columns].
class RowCache {
 public:
  RowCache(int64_t capacity, int64_t n_columns, RowPrecision precision);
  void set(int64_t row, const float* values);
  // out[i] = row i · q over the columns first … first + n − 1, for rows 0 … n_rows − 1.
  void dots(const float* q, int64_t first, int64_t n, int64_t n_rows, float* out) const;
  // out[c] = Σ_i weight[i] row i, over the same columns.
  void weighted_sum(const float* weight, int64_t first, int64_t n, int64_t n_rows, float* out) const;

 private:
  int64_t n_columns_;
  std::vector<float> f32_;
  std::vector<Bf16> bf16_;
};

}  // namespace songscape
