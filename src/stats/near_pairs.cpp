// A tile is a few rows of a by one panel of b.  Comparing its scores with the limits while they are in registers leaves
// little to do but the products: nearly no pair is near.
#include "stats/near_pairs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>  // which declares the built-in function
#endif

#include "core/vector_width.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int64_t kBlock = 10 * kTileAlignment;
constexpr int kMostRows = 8, kMostWidth = 32, kMostLanes = 16;

int64_t rounded_up(int64_t n) { return (n + kTileAlignment - 1) / kTileAlignment * kTileAlignment; }

// What one instruction set takes: vectors of kLanes floats, tiles of kRows rows by kVectors vectors.
template <int kLanes_, int kRows_, int kVectors_, bool kIsBf16_ = false>
struct Shape {
  static constexpr bool kIsBf16 = kIsBf16_;
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

// One value, or pair of them, of a row by those of a column.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"  // nothing is called: all of it is inlined where the CPU's vectors are allowed
template <class S>
SONGSCAPE_INLINE void add_product(const float* value, const typename S::Floats& column, typename S::Floats& sum) {
  if constexpr (S::kIsBf16) {
    typedef int16_t Pairs __attribute__((vector_size(64)));
    int32_t pair;
    std::memcpy(&pair, value, sizeof pair);
    sum = __builtin_ia32_dpbf16ps_v16sf(sum, reinterpret_cast<Pairs>(typename S::Ints{} + pair),
                                        reinterpret_cast<Pairs>(column));
  } else {
    sum += *value * column;
  }
}
#pragma GCC diagnostic pop

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
#pragma GCC unroll 16
      for (int v = 0; v < S::kVectors; ++v) add_product<S>(a.values + r * depth + k, column[v], sum[r][v]);
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

#if defined(__x86_64__)
using Avx512Bf16 = Shape<16, 8, 2, true>;
SONGSCAPE_TARGET("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,fma,prefer-vector-width=512")
void compare_avx512_bf16(const Side& a, const Side& b, int64_t depth, TileResult& out) {
  compare_tile<Avx512Bf16>(a, b, depth, out);
}
#endif

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
#if defined(__x86_64__)
constexpr Kernel kAvx512Bf16 = kernel_of<Avx512Bf16>(compare_avx512_bf16);
#endif
const Kernel& kernel(Rounding rounding) {
#if defined(__x86_64__)
  if (rounding == Rounding::bf16) return kAvx512Bf16;
#endif
  check(rounding == Rounding::none, "products of bf16 need a CPU that has them");
  return *for_width(vector_width(), &kAvx512, &kAvx2, &kBase);
}

uint32_t rounded_bits(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;  // to even
}

// Pairs of a row's values in the bits of a float; returns the squared length.
double round_row(std::span<const float> from, std::span<float> to) {
  double squared = 0;
  for (size_t p = 0; p < to.size(); ++p) {
    const uint32_t low = rounded_bits(from[2 * p]);
    const uint32_t high = 2 * p + 1 < from.size() ? rounded_bits(from[2 * p + 1]) : 0;
    for (const uint32_t bits : {low, high}) squared += std::pow(double{std::bit_cast<float>(bits << 16)}, 2);
    const uint32_t pair = low | high << 16;
    std::memcpy(&to[p], &pair, sizeof pair);
  }
  return squared;
}
double copy_row(std::span<const float> from, std::span<float> to) {
  double squared = 0;
  for (size_t j = 0; j < to.size(); ++j) squared += double{from[j]} * (to[j] = from[j]);
  return squared;
}

}  // namespace

bool has_bf16_products() { return vector_width() == VectorWidth::avx512_bf16; }

PackedRows::PackedRows(MatrixView x, Rounding rounding)
    : n_rows_(x.n_rows),
      rounding_(rounding),
      rows_(rounded_up(x.n_rows), rounding == Rounding::bf16 ? (x.n_cols + 1) / 2 : x.n_cols),
      half_squares_(static_cast<size_t>(rows_.n_rows), kInfinity),
      panels_(rows_.values.size()) {
  const int64_t width = kernel(rounding).width();
  for_each_block(rows_.n_rows, kBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < std::min(first + n, n_rows_); ++i)
      half_squares_[static_cast<size_t>(i)] = static_cast<float>(
          (rounding_ == Rounding::bf16 ? round_row(x.row(i), rows_.row(i)) : copy_row(x.row(i), rows_.row(i))) / 2);
    for (int64_t i = first; i < first + n; i += width)
      for (int64_t k = 0; k < depth(); ++k)
        for (int64_t j = 0; j < width; ++j)  // bits, which may be no number
          std::memcpy(&panels_[static_cast<size_t>(i * depth() + k * width + j)], row(i + j) + k, sizeof(float));
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
  check(a.rounding() == b.rounding() && a.depth() == b.depth(), "rows are packed alike");
  const Kernel& tile = kernel(a.rounding());
  const bool is_self = &a == &b;
  TileResult result;
  for (int64_t j = in_b.first; j < in_b.first + in_b.n; j += tile.width())
    for (int64_t i = in_a.first; i < in_a.first + in_a.n; i += tile.n_rows) {
      tile.compare({a.row(i), a.half_squares(i), of_a.limits(i)},
                   {b.panel(j), b.half_squares(j), of_b ? of_b->limits(j) : kNone.data()}, a.depth(), result);
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
