// Tiles of a few rows of a by one panel of b, the panel's rows transposed so that a vector holds one column of many of
// them.  Long rows are summed in stretches of kDepth columns: panels stay in cache and partial sums stay accurate.
#include "stats/pairwise.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/parallel.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

constexpr int64_t kDepth = 512;

enum class Pair { product, squared_difference };

// What one instruction set takes: vectors of kLanes floats, tiles of kRows rows by kVectors vectors.
template <int kLanes_, int kRows_, int kVectors_>
struct Shape {
  static constexpr int kLanes = kLanes_, kRows = kRows_, kVectors = kVectors_, kWidth = kLanes_ * kVectors_;
  typedef float Vector __attribute__((vector_size(kLanes_ * sizeof(float))));
};

struct Tile {
  const float* const* rows;  // kRows pointers at this stretch's first column
  const float* panel;        // [depth × kWidth]
  int64_t depth;
};

template <class S, Pair kPair>
SONGSCAPE_INLINE void multiply_tile(const Tile& tile, float* out) {
  using Vector = typename S::Vector;
  Vector sum[S::kRows][S::kVectors] = {};
  for (int64_t k = 0; k < tile.depth; ++k) {
    Vector b[S::kVectors];
    std::memcpy(b, tile.panel + k * S::kWidth, sizeof b);
#pragma GCC unroll 16
    for (int r = 0; r < S::kRows; ++r) {
      const float a = tile.rows[r][k];
#pragma GCC unroll 16
      for (int v = 0; v < S::kVectors; ++v) {
        if constexpr (kPair == Pair::product) {
          sum[r][v] += a * b[v];
        } else {
          const Vector difference = a - b[v];
          sum[r][v] += difference * difference;
        }
      }
    }
  }
  std::memcpy(out, sum, sizeof sum);
}

template <class S>
SONGSCAPE_INLINE void pack_panel(MatrixView b, int64_t first_row, int64_t first_col, int64_t depth, float* panel) {
  for (int64_t j = 0; j < S::kWidth; ++j) {
    const float* row = b.data + std::min(first_row + j, b.n_rows - 1) * b.n_cols + first_col;
    for (int64_t k = 0; k < depth; ++k) panel[k * S::kWidth + j] = row[k];
  }
}

template <class S, Pair kPair>
SONGSCAPE_INLINE void all_pairs(MatrixView a, MatrixView b, float* out) {
  alignas(64) float panel[kDepth * S::kWidth];
  alignas(64) float sums[S::kRows * S::kWidth];
  if (a.n_cols == 0) std::fill_n(out, a.n_rows * b.n_rows, 0.0f);
  for (int64_t k = 0; k < a.n_cols; k += kDepth) {
    const int64_t depth = std::min(kDepth, a.n_cols - k);
    for (int64_t j = 0; j < b.n_rows; j += S::kWidth) {
      pack_panel<S>(b, j, k, depth, panel);
      const int64_t width = std::min<int64_t>(S::kWidth, b.n_rows - j);
      for (int64_t i = 0; i < a.n_rows; i += S::kRows) {
        std::array<const float*, S::kRows> rows;
        for (int64_t r = 0; r < S::kRows; ++r)
          rows[static_cast<size_t>(r)] = a.data + std::min(i + r, a.n_rows - 1) * a.n_cols + k;
        multiply_tile<S, kPair>({rows.data(), panel, depth}, sums);
        for (int64_t r = 0; r < std::min<int64_t>(S::kRows, a.n_rows - i); ++r) {
          float* to = out + (i + r) * b.n_rows + j;
          const float* from = sums + r * S::kWidth;
          if (k == 0)
            std::copy_n(from, width, to);
          else
            for (int64_t c = 0; c < width; ++c) to[c] += from[c];
        }
      }
    }
  }
}

SONGSCAPE_INLINE double add_roots(const float* squared, int64_t n) {
  constexpr int64_t kLanes = 16;
  std::array<float, kLanes> sums{};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) sums[static_cast<size_t>(lane)] += __builtin_sqrtf(squared[i + lane]);
  double total = 0;
  for (const float s : sums) total += s;
  for (; i < n; ++i) total += __builtin_sqrtf(squared[i]);
  return total;
}

SONGSCAPE_INLINE int64_t find_least(const float* values, int64_t n) {
  constexpr int64_t kLanes = 16;
  std::array<float, kLanes> least;
  least.fill(values[0]);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      float& l = least[static_cast<size_t>(lane)];
      l = values[i + lane] < l ? values[i + lane] : l;
    }
  for (; i < n; ++i) least[0] = values[i] < least[0] ? values[i] : least[0];
  return std::find(values, values + n, *std::min_element(least.begin(), least.end())) - values;
}

SONGSCAPE_INLINE int64_t find_below(const float* values, int64_t from, int64_t n, float limit) {
  constexpr int64_t kLanes = 32;
  for (; from + kLanes <= n; from += kLanes) {
    int is_below = 0;
    for (int64_t lane = 0; lane < kLanes; ++lane) is_below |= values[from + lane] < limit;
    if (is_below) break;
  }
  while (from < n && !(values[from] < limit)) ++from;
  return from;
}

using Avx512 = Shape<16, 8, 2>;
using Avx2 = Shape<8, 4, 3>;
using Sse2 = Shape<4, 4, 2>;

struct Kernels {
  void (*product)(MatrixView, MatrixView, float*);
  void (*squared_difference)(MatrixView, MatrixView, float*);
  double (*root_sum)(const float*, int64_t);
  int64_t (*least)(const float*, int64_t);
  int64_t (*below)(const float*, int64_t, int64_t, float);
};

SONGSCAPE_AVX512 void product_avx512(MatrixView a, MatrixView b, float* out) {
  all_pairs<Avx512, Pair::product>(a, b, out);
}
SONGSCAPE_AVX512 void difference_avx512(MatrixView a, MatrixView b, float* out) {
  all_pairs<Avx512, Pair::squared_difference>(a, b, out);
}
SONGSCAPE_AVX512 double roots_avx512(const float* x, int64_t n) { return add_roots(x, n); }
SONGSCAPE_AVX512 int64_t least_avx512(const float* x, int64_t n) { return find_least(x, n); }
SONGSCAPE_AVX512 int64_t below_avx512(const float* x, int64_t from, int64_t n, float limit) {
  return find_below(x, from, n, limit);
}

SONGSCAPE_AVX2 void product_avx2(MatrixView a, MatrixView b, float* out) { all_pairs<Avx2, Pair::product>(a, b, out); }
SONGSCAPE_AVX2 void difference_avx2(MatrixView a, MatrixView b, float* out) {
  all_pairs<Avx2, Pair::squared_difference>(a, b, out);
}
SONGSCAPE_AVX2 double roots_avx2(const float* x, int64_t n) { return add_roots(x, n); }
SONGSCAPE_AVX2 int64_t least_avx2(const float* x, int64_t n) { return find_least(x, n); }
SONGSCAPE_AVX2 int64_t below_avx2(const float* x, int64_t from, int64_t n, float limit) {
  return find_below(x, from, n, limit);
}

void product_base(MatrixView a, MatrixView b, float* out) { all_pairs<Sse2, Pair::product>(a, b, out); }
void difference_base(MatrixView a, MatrixView b, float* out) { all_pairs<Sse2, Pair::squared_difference>(a, b, out); }
double roots_base(const float* x, int64_t n) { return add_roots(x, n); }
int64_t least_base(const float* x, int64_t n) { return find_least(x, n); }
int64_t below_base(const float* x, int64_t from, int64_t n, float limit) { return find_below(x, from, n, limit); }

constexpr Kernels kAvx512 = {product_avx512, difference_avx512, roots_avx512, least_avx512, below_avx512};
constexpr Kernels kAvx2 = {product_avx2, difference_avx2, roots_avx2, least_avx2, below_avx2};
constexpr Kernels kBase = {product_base, difference_base, roots_base, least_base, below_base};

const Kernels& kernels() { return *for_width(vector_width(), &kAvx512, &kAvx2, &kBase); }

}  // namespace

void dot_products(MatrixView a, MatrixView b, float* out) {
  check(a.n_cols == b.n_cols, "both tables have the same columns");
  if (a.n_rows > 0 && b.n_rows > 0) kernels().product(a, b, out);
}

void squared_distances(MatrixView a, MatrixView b, float* out) {
  check(a.n_cols == b.n_cols, "both tables have the same columns");
  if (a.n_rows > 0 && b.n_rows > 0) kernels().squared_difference(a, b, out);
}

double sum_of_roots(std::span<const float> squared) {
  return kernels().root_sum(squared.data(), static_cast<int64_t>(squared.size()));
}

int64_t index_of_least(std::span<const float> values) {
  check(!values.empty(), "there is a least value");
  return kernels().least(values.data(), static_cast<int64_t>(values.size()));
}

int64_t index_below(std::span<const float> values, float limit, int64_t from) {
  return kernels().below(values.data(), from, static_cast<int64_t>(values.size()), limit);
}

void for_each_block(int64_t n_rows, int64_t block, const std::function<void(int64_t, int64_t)>& job) {
  parallel_for((n_rows + block - 1) / block, worker_threads(),
               [&](int64_t i) { job(i * block, std::min(block, n_rows - i * block)); });
}

Matrix multiply_transposed(MatrixView a, MatrixView b) {
  Matrix out(a.n_rows, b.n_rows);
  for_each_block(a.n_rows, 256,
                 [&](int64_t first, int64_t n) { dot_products(rows_of(a, first, n), b, out.row(first).data()); });
  return out;
}

Matrix transposed(MatrixView a) {
  Matrix out(a.n_cols, a.n_rows);
  constexpr int64_t kTile = 32;
  for (int64_t i = 0; i < a.n_rows; i += kTile)
    for (int64_t j = 0; j < a.n_cols; j += kTile)
      for (int64_t r = i; r < std::min(i + kTile, a.n_rows); ++r)
        for (int64_t c = j; c < std::min(j + kTile, a.n_cols); ++c) out(c, r) = a(r, c);
  return out;
}

}  // namespace songscape
