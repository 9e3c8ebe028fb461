// Fewer frames for the layers to see: k averaged into one, and interpolated back, so that errors are still those of
// every frame.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// ⌈n_frames / k⌉
int64_t n_pooled_frames(int64_t n_frames, int64_t k);
// [batch, bands, n_frames] → [batch, bands, pooled]; the last mean is over the frames there are.
at::Tensor pool_frames(const at::Tensor& x, int64_t k);
// [batch, bands, pooled] → [batch, bands, n_frames], linear between the middles of the k frames.
at::Tensor unpool_frames(const at::Tensor& x, int64_t k, int64_t n_frames);

}  // namespace songscape
