// All pairs of rows of two tables at once, in single precision, with the widest vectors that the CPU has (AVX-512,
// AVX2, SSE2, chosen at run time).  Every output element is summed in one fixed order, so results do not depend on
// threads or on how callers cut the work into blocks; they may differ in the last bits between CPU classes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/matrix.h"

namespace songscape {

// out[i · b.n_rows + j] = a(i, ·) · b(j, ·).  One thread.
void dot_products(MatrixView a, MatrixView b, float* out);
// out[i · b.n_rows + j] = ‖a(i, ·) − b(j, ·)‖², by differences: exact 0 for equal rows, no cancellation.  One thread.
void squared_distances(MatrixView a, MatrixView b, float* out);

// Σ √x, added in 16 interleaved sums; x ≥ 0.
double sum_of_roots(std::span<const float> squared);

// The first place of the least value; `values` is not empty and holds no NaN.
int64_t index_of_least(std::span<const float> values);

// The first place at or after `from` of a value below `limit`; values.size() where there is none.
int64_t index_below(std::span<const float> values, float limit, int64_t from);

// a · bᵀ [a.n_rows × b.n_rows], on all threads.
Matrix multiply_transposed(MatrixView a, MatrixView b);
Matrix transposed(MatrixView a);

inline MatrixView rows_of(MatrixView x, int64_t first, int64_t n) { return {x.data + first * x.n_cols, n, x.n_cols}; }

// Calls job(first, n) on all threads for consecutive blocks of at most `block` rows of 0 … n_rows − 1.
void for_each_block(int64_t n_rows, int64_t block, const std::function<void(int64_t first, int64_t n)>& job);

}  // namespace songscape
