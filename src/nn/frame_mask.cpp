#include "nn/frame_mask.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>

#include <vector>

namespace songscape {

at::Tensor frame_mask(const at::Tensor& n_valid_frames, const at::Tensor& like) {
  const int64_t n_frames = like.size(-1);
  std::vector<int64_t> shape(static_cast<size_t>(like.dim()), 1);
  shape.front() = like.size(0);
  shape.back() = n_frames;
  const at::Tensor frames = at::arange(n_frames, n_valid_frames.options());
  return frames.unsqueeze(0).lt(n_valid_frames.unsqueeze(1)).to(like.scalar_type()).view(shape);
}

at::Tensor n_valid_values(const at::Tensor& n_valid_frames, const at::Tensor& like) {
  const int64_t n_values = like.numel() / like.size(0);
  if (!n_valid_frames.defined())
    return at::full({like.size(0)}, static_cast<double>(n_values), like.options().dtype(at::kFloat));
  return n_valid_frames.to(at::kFloat) * static_cast<double>(n_values / like.size(-1));
}

at::Tensor song_mse(const at::Tensor& x, const at::Tensor& x_hat, const at::Tensor& n_valid_frames) {
  at::Tensor error = x_hat - x;
  if (n_valid_frames.defined()) error = error * frame_mask(n_valid_frames, x);
  return error.square().flatten(1).sum(1) / n_valid_values(n_valid_frames, x);
}

}  // namespace songscape
