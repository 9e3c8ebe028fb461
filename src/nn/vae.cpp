#include "nn/vae.h"

#include <ATen/ops/empty.h>

#include "core/error.h"
#include "nn/frame_mask.h"

namespace songscape {

at::Tensor Vae::class_log_scores(const at::Tensor&, Pass&) {
  check(false, "the model has a condition");
  return {};
}

at::Tensor Vae::song_errors(const Batch& batch, const at::Tensor& x_hat) const {
  return song_mse(batch.x, x_hat, batch.n_valid_frames);
}

at::Tensor Vae::sample_prior(int64_t n, Pass& pass) {
  return at::empty({n, latent_dim()}, at::kFloat).normal_(0, 1, pass.noise);
}

}  // namespace songscape
