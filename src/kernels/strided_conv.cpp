#include "kernels/strided_conv.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

// Rows of the large image of parity a lie under two rows of the filter: first that of the upper small row.  Columns
// likewise: of parity 0, small pixels s − 1 and s under columns 3 and 1; of parity 1, s and s + 1 under 2 and 0.
constexpr int64_t kTapOfParity[2][2] = {{3, 1}, {2, 0}};

int64_t n_row_blocks(int64_t n_rows) { return (n_rows + kConvRows - 1) / kConvRows; }

// A panel of `depth` rows (even) by n_columns, as blocks of 32 columns, in each [depth / 2][32][2]: what a product of
// pairs takes.  value(k, column) gives the entries.
template <class Value>
void pack_panel(int64_t depth, int64_t n_columns, Bf16* out, const Value& value) {
  for (int64_t block = 0; block < n_columns; block += kPanelWidth)
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t c = 0; c < kPanelWidth; ++c)
        out[block * depth + (k / 2 * kPanelWidth + c) * 2 + k % 2] =
            block + c < n_columns ? to_bf16(value(k, block + c)) : Bf16{0};
}

}  // namespace

bool has_strided_conv(int64_t n_large, int64_t n_small) {
  return vector_width() == VectorWidth::avx512_bf16 && n_small % kConvGroup == 0 &&
         (n_large == 1 || n_large % kConvGroup == 0);
}

std::vector<FilterPart> filter_parts(int64_t n_small, int64_t n_wanted) {
  const int64_t n_groups = n_small / kConvGroup, n_blocks = std::min(n_groups, (n_wanted + kConvTaps - 1) / kConvTaps);
  std::vector<FilterPart> parts;
  for (int64_t row = 0; row < kConvTaps; ++row)
    for (int64_t b = 0; b < n_blocks; ++b) {
      const int64_t first = n_groups * b / n_blocks, last = n_groups * (b + 1) / n_blocks;
      parts.push_back({row, first * kConvGroup, (last - first) * kConvGroup});
    }
  return parts;
}

// [block of small channels][pair of (filter row, filter column, large channel)][32][2]
std::vector<Bf16> pack_towards_small(const float* weight, int64_t n_large, int64_t n_small) {
  const int64_t depth = kConvTaps * kConvTaps * n_large;
  std::vector<Bf16> packed(static_cast<size_t>(depth * n_panels(n_small) * kPanelWidth));
  pack_panel(depth, n_small, packed.data(), [&](int64_t k, int64_t co) { return weight[co * depth + k]; });
  return packed;
}

// n_large > 1: [parity of row][of column][block of large channels][pair of (row, column, small channel)][32][2]
// n_large = 1: [pair of small channels][16 taps, in a block of 32][2]
std::vector<Bf16> pack_towards_large(const float* weight, int64_t n_large, int64_t n_small) {
  const auto at = [&](int64_t co, int64_t ky, int64_t kx, int64_t ci) {
    return weight[((co * kConvTaps + ky) * kConvTaps + kx) * n_large + ci];
  };
  if (n_large == 1) {
    std::vector<Bf16> packed(static_cast<size_t>(n_small * kPanelWidth));
    pack_panel(n_small, kConvTaps * kConvTaps, packed.data(),
               [&](int64_t co, int64_t tap) { return at(co, tap / kConvTaps, tap % kConvTaps, 0); });
    return packed;
  }
  const int64_t depth = 4 * n_small, size = depth * n_panels(n_large) * kPanelWidth;
  std::vector<Bf16> packed(static_cast<size_t>(4 * size));
  for (int64_t phase = 0; phase < 4; ++phase)
    pack_panel(depth, n_large, packed.data() + phase * size, [&](int64_t k, int64_t ci) {
      const int64_t row = k / (2 * n_small), column = k / n_small % 2;
      return at(k % n_small, kTapOfParity[phase / 2][row], kTapOfParity[phase % 2][column], ci);
    });
  return packed;
}

int64_t n_units_towards_small(const StridedConv& c) { return c.n_images * n_row_blocks(c.small_height()); }
int64_t n_units_towards_large(const StridedConv& c) { return c.n_images * n_row_blocks(c.large_height); }

}  // namespace songscape

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/bf16_products.h"

namespace songscape {
namespace {

// Rows of an image with zeros beside them: one pixel before, two after.
class PaddedRows {
 public:
  PaddedRows(const Bf16* image, int64_t height, int64_t width, int64_t n_channels)
      : image_(image),
        height_(height),
        width_(width),
        n_channels_(n_channels),
        size_((width + 3) * n_channels),
        rows_(static_cast<size_t>(4 * size_), 0) {}

  // Pixel −1 of row y, −1 ≤ y ≤ height + 1; valid until the fourth other row is asked for.
  const Bf16* row(int64_t y) {
    const int64_t slot = (y + 4) % 4;
    Bf16* to = rows_.data() + slot * size_;
    if (held_[slot] == y) return to;
    held_[slot] = y;
    const int64_t n = width_ * n_channels_;
    if (y < 0 || y >= height_)
      std::fill_n(to + n_channels_, n, Bf16{0});
    else
      std::memcpy(to + n_channels_, image_ + y * n, static_cast<size_t>(n) * sizeof(Bf16));
    return to;
  }

 private:
  const Bf16* image_;
  int64_t height_, width_, n_channels_, size_;
  std::vector<Bf16> rows_;
  int64_t held_[4] = {-9, -9, -9, -9};
};

// One row of results: each the sum over stretches of pixels, rows[s] under the first result, by their part of the
// panel.
struct RowJob {
  const Bf16* rows[kConvTaps];
  int64_t n_stretches;
  int64_t step;     // pairs from a result's first pixel to the next one's
  int64_t n_pairs;  // of a stretch
  const Bf16* panel;
  const float* bias;  // or null
  Bf16* out;
  int64_t out_step, n_results, n_columns;
};

template <int kRows, int kVectors>
inline __attribute__((always_inline)) void tile_of_row(const RowJob& job, int64_t first, int64_t column,
                                                       const Bf16* panel) {
  __m512 sum[kRows][kVectors];
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v)
      sum[r][v] = job.bias ? _mm512_loadu_ps(job.bias + column + 16 * v) : _mm512_setzero_ps();
  for (int64_t s = 0; s < job.n_stretches; ++s)
    add_products<kRows, kVectors>(sum, {pairs(job.rows[s]) + first * job.step, job.step, 1},
                                  {pairs(panel) + s * job.n_pairs * kPanelWidth, 0, kPanelWidth}, job.n_pairs);
  for (int r = 0; r < kRows; ++r) {
    Bf16* to = job.out + (first + r) * job.out_step + column;
    if constexpr (kVectors == 2)
      _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(sum[r][1], sum[r][0]));
    else
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), (__m256i)_mm512_cvtneps_pbh(sum[r][0]));
  }
}

template <int kVectors>
void columns_of_row(const RowJob& job, int64_t column, const Bf16* panel) {
  int64_t first = 0;
  for (; first + kTileRows <= job.n_results; first += kTileRows)
    tile_of_row<kTileRows, kVectors>(job, first, column, panel);
  if (first < job.n_results && job.n_results >= kTileRows)  // the last tile takes some results again
    tile_of_row<kTileRows, kVectors>(job, job.n_results - kTileRows, column, panel);
  else
    for (; first < job.n_results; ++first) tile_of_row<1, kVectors>(job, first, column, panel);
}

void compute_row(const RowJob& job) {
  const int64_t panel_size = job.n_stretches * job.n_pairs * 2 * kPanelWidth;
  for (int64_t column = 0; column < job.n_columns; column += kPanelWidth) {
    const Bf16* panel = job.panel + column / kPanelWidth * panel_size;
    if (job.n_columns - column >= kPanelWidth)
      columns_of_row<2>(job, column, panel);
    else
      columns_of_row<1>(job, column, panel);
  }
}

// What each pixel of a small row gives to the sixteen pixels under the filter: [width + 2][16], zeros in the first and
// the last.
class SpreadRows {
 public:
  SpreadRows(const StridedConv& c, const Bf16* small, const Bf16* packed)
      : c_(c),
        small_(small),
        packed_(packed),
        size_((c.small_width() + 2) * 16),
        rows_(static_cast<size_t>(2 * size_), 0),
        nothing_(static_cast<size_t>(size_), 0) {}

  const float* row(int64_t i) {
    if (i < 0 || i >= c_.small_height()) return nothing_.data();
    float* out = rows_.data() + i % 2 * size_;
    if (held_[i % 2] == i) return out;
    held_[i % 2] = i;
    int64_t s = 0;
    for (; s + kTileRows <= c_.small_width(); s += kTileRows) spread<kTileRows>(i, s, out);
    for (; s < c_.small_width(); ++s) spread<1>(i, s, out);
    return out;
  }

 private:
  template <int kRows>
  void spread(int64_t i, int64_t s, float* out) const {
    const int64_t n_pairs = c_.n_small / 2;
    __m512 sum[kRows][1] = {};
    add_products<kRows, 1>(sum, {pairs(small_) + (i * c_.small_width() + s) * n_pairs, n_pairs, 1},
                           {pairs(packed_), 0, kPanelWidth}, n_pairs);
    for (int r = 0; r < kRows; ++r) _mm512_storeu_ps(out + (s + 1 + r) * 16, sum[r][0]);
  }

  const StridedConv& c_;
  const Bf16 *small_, *packed_;
  int64_t size_;
  std::vector<float> rows_, nothing_;
  int64_t held_[2] = {-9, -9};
};

// A row of a large image of one channel, from what the small rows above and below it give.
void gather_row(const float* above, const float* below, int64_t parity, float bias, int64_t width, Bf16* out) {
  above += kTapOfParity[parity][0] * kConvTaps;
  below += kTapOfParity[parity][1] * kConvTaps;
  const auto given = [&](int64_t s, int64_t tap) { return above[(s + 1) * 16 + tap] + below[(s + 1) * 16 + tap]; };
  for (int64_t s = 0; s < width / 2; ++s) {
    out[2 * s] = to_bf16(bias + given(s - 1, 3) + given(s, 1));
    out[2 * s + 1] = to_bf16(bias + given(s, 2) + given(s + 1, 0));
  }
  if (width % 2 == 1) out[width - 1] = to_bf16(bias + given(width / 2 - 1, 3));
}

}  // namespace

void conv_towards_small(const StridedConv& c, const Bf16* large, const Bf16* packed, const float* bias, Bf16* small,
                        int64_t unit) {
  const int64_t n_of_image = n_row_blocks(c.small_height()), image = unit / n_of_image;
  const int64_t first = unit % n_of_image * kConvRows, last = std::min(first + kConvRows, c.small_height());
  PaddedRows rows(large + image * c.large_height * c.large_width * c.n_large, c.large_height, c.large_width, c.n_large);
  for (int64_t i = first; i < last; ++i)
    compute_row({.rows = {rows.row(2 * i - 1), rows.row(2 * i), rows.row(2 * i + 1), rows.row(2 * i + 2)},
                 .n_stretches = kConvTaps,
                 .step = c.n_large,
                 .n_pairs = kConvTaps / 2 * c.n_large,
                 .panel = packed,
                 .bias = bias,
                 .out = small + (image * c.small_height() + i) * c.small_width() * c.n_small,
                 .out_step = c.n_small,
                 .n_results = c.small_width(),
                 .n_columns = c.n_small});
}

void conv_towards_large(const StridedConv& c, const Bf16* small, const Bf16* packed, const float* bias, Bf16* large,
                        int64_t unit) {
  const int64_t n_of_image = n_row_blocks(c.large_height), image = unit / n_of_image;
  const int64_t first = unit % n_of_image * kConvRows, last = std::min(first + kConvRows, c.large_height);
  const Bf16* of_image = small + image * c.small_height() * c.small_width() * c.n_small;
  Bf16* out = large + image * c.large_height * c.large_width * c.n_large;
  if (c.n_large == 1) {
    SpreadRows rows(c, of_image, packed);
    for (int64_t p = first; p < last; ++p) {
      const int64_t upper = p / 2 - 1 + p % 2;
      gather_row(rows.row(upper), rows.row(upper + 1), p % 2, bias ? *bias : 0, c.large_width, out + p * c.large_width);
    }
    return;
  }
  PaddedRows rows(of_image, c.small_height(), c.small_width(), c.n_small);
  const int64_t panel_size = 4 * c.n_small * n_panels(c.n_large) * kPanelWidth;
  for (int64_t p = first; p < last; ++p) {
    const int64_t upper = p / 2 - 1 + p % 2;
    const Bf16 *above = rows.row(upper), *below = rows.row(upper + 1);
    for (int64_t column = 0; column < 2; ++column)
      compute_row({.rows = {above + column * c.n_small, below + column * c.n_small, nullptr, nullptr},
                   .n_stretches = 2,
                   .step = c.n_small / 2,
                   .n_pairs = c.n_small,
                   .panel = packed + (p % 2 * 2 + column) * panel_size,
                   .bias = bias,
                   .out = out + (p * c.large_width + column) * c.n_large,
                   .out_step = 2 * c.n_large,
                   .n_results = (c.large_width + 1 - column) / 2,
                   .n_columns = c.n_large});
  }
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void conv_towards_small(const StridedConv&, const Bf16*, const Bf16*, const float*, Bf16*, int64_t) {
  check(false, "the CPU has AVX512-BF16");
}
void conv_towards_large(const StridedConv&, const Bf16*, const Bf16*, const float*, Bf16*, int64_t) {
  check(false, "the CPU has AVX512-BF16");
}
}  // namespace songscape
#endif
