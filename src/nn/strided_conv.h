// The 4×4 convolution of stride 2 and padding 1 and its transpose by our own kernels (kernels/strided_conv.h), with
// gradients: what Conv2d and ConvTranspose2d call where they can.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// Whether the CPU multiplies bf16 pairs but has no matrix tiles (with those oneDNN is faster), this thread is within an
// Autocast, and the channels are of a number that the kernels take.  n_large: of the larger image.
bool takes_strided_conv(const at::Tensor& x, int64_t n_large, int64_t n_small);

// x: [batch, n_in, h, w] on the CPU; weight f32 [n_out, n_in, 4, 4] → bf16 [batch, n_out, h / 2, w / 2], channels last.
at::Tensor strided_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);
// x: [batch, n_in, h, w]; weight f32 [n_in, n_out, 4, 4] → bf16 [batch, n_out, 2 h, 2 w], channels last.
at::Tensor strided_conv_transpose(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace songscape
