#include "nn/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/linear.h>

#include "core/error.h"
#include "nn/fan_in.h"
#include "nn/noise.h"
#include "nn/product_count.h"
#include "nn/strided_conv.h"
#include "nn/wide_linear.h"

namespace songscape {
namespace {

// Channels last from the start: oneDNN then repacks no weight in any step.
at::Tensor conv_weight(const Scope& scope, at::IntArrayRef shape, double limit) {
  at::Tensor w = scope.uniform("weight", shape, limit);
  w.set_data(w.detach().contiguous(at::MemoryFormat::ChannelsLast));
  return w;
}

bool is_halving(const Conv2d::Shape& s) {
  return s.kernel == 4 && s.stride == 2 && s.padding == 1 && s.kernel_of_frames() == 4 && s.stride_of_frames() == 2;
}

}  // namespace

Linear::Linear(const Scope& scope, int64_t n_in, int64_t n_out)
    : weight(scope.uniform("weight", {n_out, n_in}, fan_in_bound(n_in))),
      bias(scope.uniform("bias", {n_out}, fan_in_bound(n_in))) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  ProductCount::add(x.numel() * weight.size(0), x.requires_grad());
  if (takes_wide_linear(x, weight)) return wide_linear(x, weight, bias);
  return at::linear(x, weight, bias);
}

Conv2d::Conv2d(const Scope& scope, const Shape& s)
    : shape(s),
      weight(conv_weight(scope, {s.n_out, s.n_in, s.kernel, s.kernel_of_frames()},
                         fan_in_bound(s.n_in * s.kernel * s.kernel_of_frames()))),
      bias(scope.uniform("bias", {s.n_out}, fan_in_bound(s.n_in * s.kernel * s.kernel_of_frames()))) {}

at::Tensor Conv2d::operator()(const at::Tensor& x) const {
  const int64_t n_results = x.size(0) * ((x.size(2) + 2 * shape.padding - shape.kernel) / shape.stride + 1) *
                            ((x.size(3) + 2 * shape.padding - shape.kernel_of_frames()) / shape.stride_of_frames() + 1);
  ProductCount::add(n_results * weight.numel(), x.requires_grad());
  if (is_halving(shape) && takes_strided_conv(x, shape.n_in, shape.n_out)) return strided_conv(x, weight, bias);
  return at::conv2d(x, weight, bias, {shape.stride, shape.stride_of_frames()}, {shape.padding, shape.padding});
}

ConvTranspose2d::ConvTranspose2d(const Scope& scope, const Conv2d::Shape& s)
    : shape(s),
      weight(conv_weight(scope, {s.n_in, s.n_out, s.kernel, s.kernel}, fan_in_bound(s.n_out * s.kernel * s.kernel))),
      bias(scope.uniform("bias", {s.n_out}, fan_in_bound(s.n_out * s.kernel * s.kernel))) {}

at::Tensor ConvTranspose2d::operator()(const at::Tensor& x) const {
  ProductCount::add(x.size(0) * x.size(2) * x.size(3) * weight.numel(), x.requires_grad());
  if (is_halving(shape) && takes_strided_conv(x, shape.n_out, shape.n_in))
    return strided_conv_transpose(x, weight, bias);
  return at::conv_transpose2d(x, weight, bias, {shape.stride, shape.stride}, {shape.padding, shape.padding});
}

BatchNorm::BatchNorm(const Scope& scope, int64_t n_channels)
    : weight(scope.constant("weight", {n_channels}, 1)),
      bias(scope.constant("bias", {n_channels}, 0)),
      running_mean(scope.buffer("running_mean", {n_channels}, 0)),
      running_var(scope.buffer("running_var", {n_channels}, 1)) {}

at::Tensor BatchNorm::operator()(const at::Tensor& x, const Pass& pass) const {
  return at::batch_norm(x, weight, bias, running_mean, running_var, pass.is_training, kNormMomentum, kNormEpsilon,
                        false);
}

at::Tensor dropout(const at::Tensor& x, double rate, Pass& pass) {
  if (!pass.is_training || rate == 0) return x;
  check(pass.noise.defined(), "dropout has a generator");
  const at::Tensor keep = coin_noise(x.sizes(), 1 - rate, pass.noise, x.device()).div_(1 - rate);
  return x * keep.to(x.scalar_type());
}

}  // namespace songscape
