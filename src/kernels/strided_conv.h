// The convolution of every stage of the models, 4×4 with stride 2 and padding 1, on bf16 images with sums in f32, by
// AVX512-BF16: forward, towards its input, and towards its weights.  A transposed convolution is the second, its
// gradients the first and the third.
//
// Nothing is unrolled into columns: with channels last, the four pixels under one row of the filter lie side by side,
// so a row of outputs is four products of overlapping rows of the image with a panel of the filter.
//
// Images are [n, height, width, channels], contiguous.  The large image is the convolution's input (or the transposed
// one's output), the small one its output: small height = large height / 2, rounded down; width likewise.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/bf16.h"

namespace songscape {

inline constexpr int64_t kConvTaps = 4;    // of the filter, along each axis
inline constexpr int64_t kConvGroup = 16;  // channels of one vector

struct StridedConv {
  int64_t n_images, large_height, large_width, n_large, n_small;  // n_…: channels
  int64_t small_height() const { return large_height / 2; }
  int64_t small_width() const { return large_width / 2; }
};

// Whether this CPU and these numbers of channels are served: n_small a multiple of kConvGroup; n_large 1 or such.
bool has_strided_conv(int64_t n_large, int64_t n_small);

// A filter in the order that a direction reads it.  weight: f32 [n_small][4][4][n_large].
std::vector<Bf16> pack_towards_small(const float* weight, int64_t n_large, int64_t n_small);
std::vector<Bf16> pack_towards_large(const float* weight, int64_t n_large, int64_t n_small);

// Rows of the result are independent: units are cut into blocks of kConvRows rows of an image, numbered from 0.
inline constexpr int64_t kConvRows = 8;
int64_t n_units_towards_small(const StridedConv& conv);
int64_t n_units_towards_large(const StridedConv& conv);

// small = conv(large) + bias, of one unit.  bias: f32 [n_small] or null.
void conv_towards_small(const StridedConv& conv, const Bf16* large, const Bf16* packed, const float* bias, Bf16* small,
                        int64_t unit);
// large = transposed conv(small) + bias, of one unit.  bias: f32 [n_large] or null.
void conv_towards_large(const StridedConv& conv, const Bf16* small, const Bf16* packed, const float* bias, Bf16* large,
                        int64_t unit);

// A row of the filter, of some of its small channels: first_small and n_small are multiples of kConvGroup.
struct FilterPart {
  int64_t row, first_small, n_small;
};
// The filter in at least n_wanted parts, or as many as there can be.
std::vector<FilterPart> filter_parts(int64_t n_small, int64_t n_wanted);

// The gradient of one part, into its place in f32 [n_small][4][4][n_large].  A weight's sum runs over all images in
// their order, however the filter is cut.
void conv_weight_gradient(const StridedConv& conv, const Bf16* large, const Bf16* small, const FilterPart& part,
                          float* gradient);

}  // namespace songscape
