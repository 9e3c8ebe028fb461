// Pixels of two rows of an image are paired, one above the other: the small rows i and i + 1, and the large rows under
// each row of the filter there.  Columns of the filter are then shifts along a paired row.
#include <algorithm>

#include "core/error.h"
#include "core/vector_width.h"
#include "kernels/strided_conv.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/bf16_products.h"

namespace songscape {
namespace {

constexpr int64_t kStretch = 160;  // pixels of a sum that stay in the first cache while tiles pass over them

// A pair of rows as [block of channels][parity of pixel][pixel][block], so that a sum along one tap reads on and on.
class PairedRow {
 public:
  struct Shape {
    int64_t n_pixels, n_channels;
    int64_t step;        // from a pixel of the image to the next
    int64_t n_margin;    // pixels of zeros before the first; one more follow the last
    int64_t n_parities;  // 2: even and odd pixels apart
    int64_t width;       // of a block: the channels of a tile
  };
  explicit PairedRow(const Shape& shape)
      : s_(shape),
        row_size_((shape.n_pixels + 2 * shape.n_margin + shape.n_parities) / shape.n_parities * shape.width),
        data_(static_cast<size_t>((shape.n_channels + shape.width - 1) / shape.width * shape.n_parities * row_size_)) {}

  void set(const Bf16* a, const Bf16* b) {
    for (int64_t parity = 0; parity < s_.n_parities; ++parity) {
      const int64_t first = (parity + s_.n_margin) % s_.n_parities;
      if (s_.n_channels % kConvGroup == 0)
        for (int64_t c = 0; c < s_.n_channels; c += kConvGroup)
          set_group(a + c, b + c, first, data_.data() + place(first, c));
      else
        set_single(a, b);
    }
  }

  // From a pixel of the margin or the row, and a channel, on.
  const uint32_t* at(int64_t pixel, int64_t channel) const { return data_.data() + place(pixel, channel); }

 private:
  int64_t place(int64_t pixel, int64_t channel) const {
    const int64_t u = pixel + s_.n_margin;
    return (channel / s_.width * s_.n_parities + u % s_.n_parities) * row_size_ + u / s_.n_parities * s_.width +
           channel % s_.width;
  }
  void set_group(const Bf16* a, const Bf16* b, int64_t first, uint32_t* out) const {
    const int64_t step = s_.n_parities * s_.step;
    a += first * s_.step, b += first * s_.step;
    for (int64_t x = first; x < s_.n_pixels; x += s_.n_parities, a += step, b += step, out += s_.width)
      interleave(a, b, out);
  }
  static void interleave(const Bf16* a, const Bf16* b, uint32_t* out) {
    _mm512_storeu_si512(out, pairs_of(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a)),
                                      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b))));
  }
  void set_single(const Bf16* a, const Bf16* b) {
    uint32_t* out = data_.data() + s_.n_margin;
    for (int64_t x = 0; x < s_.n_pixels; ++x) out[x] = pair_of(a[x], b[x]);
  }

  Shape s_;
  int64_t row_size_;
  std::vector<uint32_t> data_;
};

// Sums in the order of their tiles: [column of the filter][block of large channels][small channel][32], or with one
// large channel [column][small channel].
class WeightGradient {
 public:
  WeightGradient(const StridedConv& c, const Bf16* large, const Bf16* small, const FilterPart& part)
      : c_(c),
        part_(part),
        large_(large),
        small_(small),
        is_one_(c.n_large == 1),
        small_rows_({c.small_width(), part.n_small, c.n_small, 0, 1, kConvGroup}),
        large_rows_({c.large_width, c.n_large, c.n_large, 1, is_one_ ? 1 : 2, is_one_ ? 1 : kPanelWidth}),
        nothing_(static_cast<size_t>(std::max(c.large_width * c.n_large, c.small_width() * c.n_small)), 0),
        sums_(static_cast<size_t>(kConvTaps * part.n_small * (is_one_ ? 1 : n_panels(c_.n_large) * kPanelWidth)), 0) {}

  void add_image(int64_t image) {
    for (int64_t i = 0; i < c_.small_height(); i += 2) {
      const int64_t y = 2 * i - 1 + part_.row;
      small_rows_.set(small_row(image, i), small_row(image, i + 1));
      large_rows_.set(large_row(image, y), large_row(image, y + 2));
      for (int64_t first = 0; first < c_.small_width(); first += kStretch) {
        const int64_t n = std::min(kStretch, c_.small_width() - first);
        if (is_one_)
          add_columns_of_one_channel(first, n);
        else
          for (int64_t kx = 0; kx < kConvTaps; ++kx) add_column(kx, first, n);
      }
    }
  }

  void store(float* gradient) const {
    for (int64_t co = 0; co < part_.n_small; ++co)
      for (int64_t kx = 0; kx < kConvTaps; ++kx) {
        float* out = gradient + (((part_.first_small + co) * kConvTaps + part_.row) * kConvTaps + kx) * c_.n_large;
        for (int64_t ci = 0; ci < c_.n_large; ++ci) out[ci] = sums_[place(kx, co, ci)];
      }
  }

 private:
  size_t place(int64_t kx, int64_t co, int64_t ci) const {
    return static_cast<size_t>(
        is_one_
            ? kx * part_.n_small + co
            : ((kx * n_panels(c_.n_large) + ci / kPanelWidth) * part_.n_small + co) * kPanelWidth + ci % kPanelWidth);
  }
  const Bf16* small_row(int64_t image, int64_t i) const {
    if (i >= c_.small_height()) return nothing_.data();
    return small_ + (image * c_.small_height() + i) * c_.small_width() * c_.n_small + part_.first_small;
  }
  const Bf16* large_row(int64_t image, int64_t y) const {
    if (y < 0 || y >= c_.large_height) return nothing_.data();
    return large_ + (image * c_.large_height + y) * c_.large_width * c_.n_large;
  }

  void add_column(int64_t kx, int64_t first, int64_t n) {
    for (int64_t block = 0; block < n_panels(c_.n_large); ++block) {
      const Operand right{large_rows_.at(2 * first + kx - 1, block * kPanelWidth), 0, kPanelWidth};
      float* out = sums_.data() + place(kx, 0, block * kPanelWidth);
      for (int64_t co = 0; co < part_.n_small; co += kTileRows, out += kTileRows * kPanelWidth)
        if (c_.n_large - block * kPanelWidth >= kPanelWidth)
          multiply_tile<kTileRows, 2, true>({small_rows_.at(first, co), 1, kConvGroup}, right, n, out, kPanelWidth);
        else
          multiply_tile<kTileRows, 1, true>({small_rows_.at(first, co), 1, kConvGroup}, right, n, out, kPanelWidth);
    }
  }

  // Rows of the left operand are columns of the filter.
  void add_columns_of_one_channel(int64_t first, int64_t n) {
    for (int64_t co = 0; co < part_.n_small; co += kConvGroup)
      multiply_tile<kConvTaps, 1, true>({large_rows_.at(2 * first - 1, 0), 1, 2},
                                        {small_rows_.at(first, co), 0, kConvGroup}, n, sums_.data() + co,
                                        part_.n_small);
  }

  const StridedConv& c_;
  const FilterPart part_;
  const Bf16 *large_, *small_;
  bool is_one_;
  PairedRow small_rows_, large_rows_;
  std::vector<Bf16> nothing_;
  std::vector<float> sums_;
};

}  // namespace

void conv_weight_gradient(const StridedConv& c, const Bf16* large, const Bf16* small, const FilterPart& part,
                          float* gradient) {
  WeightGradient of_part(c, large, small, part);
  for (int64_t i = 0; i < c.n_images; ++i) of_part.add_image(i);
  of_part.store(gradient);
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void conv_weight_gradient(const StridedConv&, const Bf16*, const Bf16*, const FilterPart&, float*) {
  check(false, "the CPU has AVX512-BF16");
}
}  // namespace songscape
#endif
