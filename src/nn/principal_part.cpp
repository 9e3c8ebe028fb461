#include "nn/principal_part.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/matmul.h>

#include <algorithm>
#include <cmath>

#include "nn/autocast.h"
#include "nn/frame_pool.h"

namespace songscape {

PrincipalPart::PrincipalPart(const Scope& scope, int64_t n_bands, int64_t n_frames, int64_t n_components,
                             int64_t frame_pool)
    : n_frames_(n_frames),
      frame_pool_(frame_pool),
      n_pooled_(n_pooled_frames(n_frames, frame_pool)),
      mean_(scope.buffer("mean", {n_bands * n_pooled_}, 0.0)),
      components_(scope.buffer("components", {n_components, n_bands * n_pooled_}, 0.0)),
      deviation_(scope.buffer("deviation", {n_components}, 1.0)) {}

void PrincipalPart::fit(const at::Tensor& x) {
  const at::NoGradGuard no_grad;
  const Autocast f32(false);
  const at::Tensor rows = pool_frames(x, frame_pool_).flatten(1).to(at::kDouble);
  mean_.copy_(rows.mean(0));
  const at::Tensor centred = rows - rows.mean(0);
  // Eigenvectors of the songs' Gram matrix, which is the smaller one: components = uᵀ X / √λ.
  const auto [values, vectors] = at::linalg_eigh(at::matmul(centred, centred.t()));  // ascending
  const double least = values[-1].item<double>() * 1e-10;
  const int64_t n_songs = x.size(0), n = std::min(components_.size(0), n_songs - 1);
  for (int64_t i = 0; i < n; ++i) {
    const double value = values[n_songs - 1 - i].item<double>();
    if (value <= least) break;
    components_[i].copy_(at::matmul(vectors.select(1, n_songs - 1 - i), centred) / std::sqrt(value));
    deviation_[i] = std::sqrt(value / static_cast<double>(n_songs));
  }
}

at::Tensor PrincipalPart::scores(const at::Tensor& x) const {
  const Autocast f32(false);
  return at::matmul(pool_frames(x, frame_pool_).flatten(1) - mean_, components_.t()) / deviation_;
}

at::Tensor PrincipalPart::rebuilt(const at::Tensor& scores) const {
  const Autocast f32(false);
  const at::Tensor rows = at::matmul(scores.to(at::kFloat) * deviation_, components_) + mean_;
  return unpool_frames(rows.view({scores.size(0), -1, n_pooled_}), frame_pool_, n_frames_);
}

}  // namespace songscape
