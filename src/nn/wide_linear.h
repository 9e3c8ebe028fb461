// A fully connected layer whose weight is far larger than a batch, by our own kernels (kernels/linear.h): what Linear
// calls where it can.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

inline constexpr int64_t kWideWeight = 1 << 20;  // values; below it LibTorch's own product is as good

// Whether the CPU multiplies bf16 pairs, this thread is within an Autocast, and the weight is large, with even sides.
bool takes_wide_linear(const at::Tensor& x, const at::Tensor& weight);

// x: [batch, n_in]; weight f32 [n_out, n_in]; bias f32 [n_out] → f32 [batch, n_out].  x and gradients are rounded to
// bf16. Within a GradientFactors::Scope the weight's gradient is left there, and its .grad stays undefined.
at::Tensor wide_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace songscape
