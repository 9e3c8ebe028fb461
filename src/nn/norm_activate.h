// Batch normalisation and activation as one step where our kernel serves (kernels/norm_activate.h), else one after the
// other.
#pragma once

#include <string>

#include "nn/layers.h"

namespace songscape {

// x: [batch, channels, h, w] channels last, or [batch, channels].  Fused in training with relu and leaky_relu, on the
// CPU, for f32 and bf16; the result is of x's type.
at::Tensor norm_activate(const at::Tensor& x, const BatchNorm& norm, const std::string& activation, const Pass& pass);

}  // namespace songscape
