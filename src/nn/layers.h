// The few layers that models are made of.  First weights as PyTorch draws them: U(−b, b) with b = 1/√fan_in.
#pragma once

#include <cstdint>

#include "nn/parameter_set.h"
#include "nn/vae.h"

namespace songscape {

// y = x Wᵀ + b.  [batch, n_in] → [batch, n_out]
struct Linear {
  at::Tensor weight, bias;
  Linear(const Scope& scope, int64_t n_in, int64_t n_out);
  at::Tensor operator()(const at::Tensor& x) const;
};

// [batch, n_in, h, w] → [batch, n_out, (h + 2 padding − kernel) / stride + 1, …], channels last in memory.  Frames
// (the last axis) have the kernel and stride of bands unless they have their own.
struct Conv2d {
  struct Shape {
    int64_t n_in, n_out, kernel = 4, stride = 2, padding = 1, frame_kernel = 0, frame_stride = 0;
    int64_t kernel_of_frames() const { return frame_kernel > 0 ? frame_kernel : kernel; }
    int64_t stride_of_frames() const { return frame_stride > 0 ? frame_stride : stride; }
  };
  Shape shape;
  at::Tensor weight, bias;
  Conv2d(const Scope& scope, const Shape& shape);
  at::Tensor operator()(const at::Tensor& x) const;
};

// The transpose of such a convolution: 4×4, stride 2, padding 1 doubles height and width.
struct ConvTranspose2d {
  Conv2d::Shape shape;
  at::Tensor weight, bias;
  ConvTranspose2d(const Scope& scope, const Conv2d::Shape& shape);
  at::Tensor operator()(const at::Tensor& x) const;
};

inline constexpr double kNormEpsilon = 1e-5, kNormMomentum = .1;

// Over axis 1; statistics of the batch in training, running ones (kNormMomentum) otherwise.  Ioffe & Szegedy 2015.
struct BatchNorm {
  at::Tensor weight, bias, running_mean, running_var;
  BatchNorm(const Scope& scope, int64_t n_channels);
  at::Tensor operator()(const at::Tensor& x, const Pass& pass) const;
};

// Each value is 0 with probability `rate` in training, the others grow by 1/(1 − rate).
at::Tensor dropout(const at::Tensor& x, double rate, Pass& pass);

}  // namespace songscape
