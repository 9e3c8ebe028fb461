#include "nn/frame_pool.h"

#include <ATen/ops/avg_pool1d.h>
#include <ATen/ops/upsample_linear1d.h>

#include <optional>

namespace songscape {

int64_t n_pooled_frames(int64_t n_frames, int64_t k) { return (n_frames + k - 1) / k; }

at::Tensor pool_frames(const at::Tensor& x, int64_t k) {
  return k == 1 ? x : at::avg_pool1d(x, k, k, 0, /*ceil_mode=*/true, /*count_include_pad=*/false);
}

at::Tensor unpool_frames(const at::Tensor& x, int64_t k, int64_t n_frames) {
  if (k == 1) return x;
  return at::upsample_linear1d(x, {n_frames}, /*align_corners=*/false, std::optional<double>(static_cast<double>(k)));
}

}  // namespace songscape
