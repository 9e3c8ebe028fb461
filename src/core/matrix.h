// Row-major float matrices: the plain arrays that statistics, metrics and clusterers work on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.h"

namespace songscape {

// A view of n_rows × n_cols values, rows contiguous, of which it owns none.
struct MatrixView {
  const float* data = nullptr;
  int64_t n_rows = 0;
  int64_t n_cols = 0;
  std::span<const float> row(int64_t i) const { return {data + i * n_cols, static_cast<size_t>(n_cols)}; }
  float operator()(int64_t i, int64_t j) const { return data[i * n_cols + j]; }
};

struct Matrix {
  int64_t n_rows = 0;
  int64_t n_cols = 0;
  std::vector<float> values;

  Matrix() = default;
  Matrix(int64_t rows, int64_t cols, float fill = 0.0f)
      : n_rows(rows), n_cols(cols), values(static_cast<size_t>(rows * cols), fill) {}
  std::span<float> row(int64_t i) { return {values.data() + i * n_cols, static_cast<size_t>(n_cols)}; }
  std::span<const float> row(int64_t i) const { return {values.data() + i * n_cols, static_cast<size_t>(n_cols)}; }
  float& operator()(int64_t i, int64_t j) { return values[static_cast<size_t>(i * n_cols + j)]; }
  float operator()(int64_t i, int64_t j) const { return values[static_cast<size_t>(i * n_cols + j)]; }
  operator MatrixView() const { return {values.data(), n_rows, n_cols}; }
};

// The rows of x named by `rows`, in that order.
inline Matrix select_rows(MatrixView x, std::span<const int64_t> rows) {
  Matrix out(static_cast<int64_t>(rows.size()), x.n_cols);
  for (size_t i = 0; i < rows.size(); ++i) {
    check(rows[i] >= 0 && rows[i] < x.n_rows, "a selected row exists");
    const auto from = x.row(rows[i]);
    std::copy(from.begin(), from.end(), out.row(static_cast<int64_t>(i)).begin());
  }
  return out;
}

// The columns of a, then those of b.
inline Matrix beside(MatrixView a, MatrixView b) {
  check(a.n_rows == b.n_rows, "matrices side by side have as many rows");
  Matrix out(a.n_rows, a.n_cols + b.n_cols);
  for (int64_t i = 0; i < a.n_rows; ++i) {
    std::copy(a.row(i).begin(), a.row(i).end(), out.row(i).begin());
    std::copy(b.row(i).begin(), b.row(i).end(), out.row(i).begin() + a.n_cols);
  }
  return out;
}

}  // namespace songscape
