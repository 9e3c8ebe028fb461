#include "nn/vae.h"

#include "core/error.h"
#include "nn/frame_mask.h"
#include "nn/noise.h"

namespace songscape {

Batch Batch::to(at::Device device) const {
  const auto there = [&](const at::Tensor& t) { return t.defined() ? t.to(device) : t; };
  return {there(x), there(n_valid_frames), there(labels), there(positions)};
}

at::Tensor Vae::class_log_scores(const at::Tensor&, Pass&) {
  check(false, "the model has a condition");
  return {};
}

at::Tensor Vae::song_errors(const Batch& batch, const at::Tensor& x_hat) const {
  return song_mse(batch.x, x_hat, batch.n_valid_frames);
}

at::Tensor Vae::errors_from_mean(const Batch& batch, const Posterior& posterior, Pass& pass) {
  return song_errors(batch, decode(posterior.mean, pass));
}

at::Tensor Vae::sample_prior(int64_t n, Pass& pass) { return normal_noise({n, latent_dim()}, pass.noise, device()); }

}  // namespace songscape
