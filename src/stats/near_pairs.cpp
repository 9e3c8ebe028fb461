// A tile is a few rows of a by one panel of b.  Comparing its scores with the limits while they are in registers leaves
// little to do but the products: nearly no pair is near.
#include "stats/near_pairs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/vector_width.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int64_t kBlock = 1024;
constexpr int kMostRows = 8, kMostWidth = 32, kMostLanes = 16;

int64_t rounded_up(int64_t n) { return (n + kTileAlignment - 1) / kTileAlignment * kTileAlignment; }

// What one instruction set takes: vectors of kLanes floats, tiles of kRows rows by kVectors vectors.
template <int kLanes_, int kRows_, int kVectors_>
struct Shape {
  static constexpr int kLanes = kLanes_, kRows = kRows_, kVectors = kVectors_, kWidth = kLanes_ * kVectors_;
  static_assert(kRows <= kMostRows && kWidth <= kMostWidth && kLanes <= kMostLanes && kRows * kVectors <= 16);
  static_assert(kTileAlignment % kRows == 0 && kTileAlignment % kWidth == 0);
  typedef float Floats __attribute__((vector_size(kLanes_ * sizeof(float))));
  typedef int32_t Ints __attribute__((vector_size(kLanes_ * sizeof(float))));
};

// One side of a tile.
struct Side {
  const float *values, *half_squares, *limits;
};

struct TileResult {
  alignas(64) float products[kMostRows * kMostWidth];
  // Of each lane: bit r · kVectors + v where row r finds what is in the lane of vector v near, and 16 bits up where
  // that finds row r near.
  alignas(64) uint32_t near[kMostLanes];
};

template <class S>
SONGSCAPE_INLINE void compare_tile(const Side& a, const Side& b, int64_t depth, TileResult& out) {
  using Floats = typename S::Floats;
  using Ints = typename S::Ints;
  Floats sum[S::kRows][S::kVectors] = {};
  for (int64_t k = 0; k < depth; ++k) {
    Floats column[S::kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < S::kVectors; ++v)
      std::memcpy(&column[v], b.values + k * S::kWidth + v * S::kLanes, sizeof(Floats));
#pragma GCC unroll 16
    for (int r = 0; r < S::kRows; ++r) {
      const float value = a.values[r * depth + k];
#pragma GCC unroll 16
      for (int v = 0; v < S::kVectors; ++v) sum[r][v] += value * column[v];
    }
  }
  Ints near = {};
#pragma GCC unroll 16
  for (int r = 0; r < S::kRows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < S::kVectors; ++v) {
      Floats half_squares, limits;
      std::memcpy(&half_squares, b.half_squares + v * S::kLanes, sizeof half_squares);
      std::memcpy(&limits, b.limits + v * S::kLanes, sizeof limits);
      const int bit = r * S::kVectors + v;
      near |= (half_squares - sum[r][v] < a.limits[r]) & (1 << bit);
      near |= (a.half_squares[r] - sum[r][v] < limits) & static_cast<int32_t>(1u << (bit + 16));
      // One by one: an array that is copied whole would live in memory throughout.
      std::memcpy(out.products + r * S::kWidth + v * S::kLanes, &sum[r][v], sizeof(Floats));
    }
  std::memcpy(out.near, &near, sizeof near);
}

using Avx512 = Shape<16, 8, 2>;
using Avx2 = Shape<8, 4, 3>;
using Sse2 = Shape<4, 4, 2>;

SONGSCAPE_AVX512 void compare_avx512(const Side& a, const Side& b, int64_t depth, TileResult& out) {
  compare_tile<Avx512>(a, b, depth, out);
}
SONGSCAPE_AVX2 void compare_avx2(const Side& a, const Side& b, int64_t depth, TileResult& out) {
  compare_tile<Avx2>(a, b, depth, out);
}
void compare_base(const Side& a, const Side& b, int64_t depth, TileResult& out) {
  compare_tile<Sse2>(a, b, depth, out);
}

struct Kernel {
  void (*compare)(const Side& a, const Side& b, int64_t depth, TileResult& out);
  int n_lanes, n_rows, n_vectors;
  int width() const { return n_lanes * n_vectors; }
};
template <class S>
constexpr Kernel kernel_of(decltype(Kernel::compare) compare) {
  return {compare, S::kLanes, S::kRows, S::kVectors};
}
constexpr Kernel kAvx512 = kernel_of<Avx512>(compare_avx512);
constexpr Kernel kAvx2 = kernel_of<Avx2>(compare_avx2);
constexpr Kernel kBase = kernel_of<Sse2>(compare_base);
const Kernel& kernel() { return *for_width(vector_width(), &kAvx512, &kAvx2, &kBase); }

}  // namespace

PackedRows::PackedRows(MatrixView x)
    : n_rows_(x.n_rows),
      rows_(rounded_up(x.n_rows), x.n_cols),
      half_squares_(static_cast<size_t>(rows_.n_rows), kInfinity),
      panels_(rows_.values.size()) {
  std::copy_n(x.data, x.n_rows * x.n_cols, rows_.values.begin());
  const int64_t width = kernel().width();
  for_each_block(rows_.n_rows, kBlock / kTileAlignment * kTileAlignment, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < std::min(first + n, n_rows_); ++i) {
      double squared = 0;
      for (const float v : rows_.row(i)) squared += double{v} * v;
      half_squares_[static_cast<size_t>(i)] = static_cast<float>(squared / 2);
    }
    for (int64_t i = first; i < first + n; i += width) {
      float* to = panels_.data() + i * x.n_cols;
      for (int64_t k = 0; k < x.n_cols; ++k)
        for (int64_t j = 0; j < width; ++j) *to++ = rows_(i + j, k);
    }
  });
  for (int64_t i = 0; i < n_rows_; ++i) longest_ = std::max(longest_, std::sqrt(2 * double{half_square(i)}));
}

NearestLists::NearestLists(int64_t n_rows, int64_t k)
    : k_(k),
      capacity_(2 * k + 16),
      candidates_(static_cast<size_t>(n_rows * capacity_)),
      sizes_(static_cast<size_t>(n_rows), 0),
      limits_(static_cast<size_t>(rounded_up(n_rows)), -kInfinity) {
  std::fill_n(limits_.begin(), n_rows, kInfinity);
}

void NearestLists::keep_least(int64_t row) {
  Candidate* own = candidates_.data() + row * capacity_;
  std::nth_element(own, own + k_ - 1, own + sizes_[static_cast<size_t>(row)]);
  sizes_[static_cast<size_t>(row)] = static_cast<int32_t>(k_);
  limits_[static_cast<size_t>(row)] = own[k_ - 1].score;
}

std::span<const Candidate> NearestLists::take(int64_t row) {
  if (sizes_[static_cast<size_t>(row)] >= k_) keep_least(row);
  const std::span own(candidates_.data() + row * capacity_, static_cast<size_t>(sizes_[static_cast<size_t>(row)]));
  std::sort(own.begin(), own.end());
  return own;
}

void offer_near_pairs(const PackedRows& a, RowRange in_a, const PackedRows& b, RowRange in_b, NearestLists& of_a,
                      NearestLists* of_b) {
  static constexpr auto kNone = [] {
    std::array<float, kMostWidth> limits{};
    limits.fill(-kInfinity);
    return limits;
  }();
  const Kernel& tile = kernel();
  const bool is_self = &a == &b;
  TileResult result;
  for (int64_t j = in_b.first; j < in_b.first + in_b.n; j += tile.width())
    for (int64_t i = in_a.first; i < in_a.first + in_a.n; i += tile.n_rows) {
      tile.compare({a.row(i), a.half_squares(i), of_a.limits(i)},
                   {b.panel(j), b.half_squares(j), of_b ? of_b->limits(j) : kNone.data()}, a.n_cols(), result);
      for (int lane = 0; lane < tile.n_lanes; ++lane)
        for (uint32_t near = result.near[lane]; near != 0; near &= near - 1) {
          const int bit = __builtin_ctz(near), r = bit % 16 / tile.n_vectors, v = bit % 16 % tile.n_vectors;
          const int column = v * tile.n_lanes + lane;
          const int64_t row = i + r, other = j + column;
          if (is_self && row == other) continue;
          const float product = result.products[r * tile.width() + column];
          if (bit < 16)
            of_a.offer(row, {b.half_square(other) - product, static_cast<int32_t>(other)});
          else
            of_b->offer(other, {a.half_square(row) - product, static_cast<int32_t>(row)});
        }
    }
}

}  // namespace songscape
