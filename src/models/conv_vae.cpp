#include "models/conv_vae.h"

#include <ATen/TensorOperators.h>

#include "nn/vae_loss.h"

namespace songscape {

ConvVae::ConvVae(const ConvVaeConfig& config, uint64_t seed)
    : config_(config),
      shape_(config.stack, config.input_shape, "conv_vae"),
      root_{tensors_, seed},
      encoder_(root_, shape_),
      flatten_(root_, shape_, config.pooling == "time"),
      head_(root_, flatten_.n_out(), config.latent_dim, config.initial_log_var),
      decoder_(root_, shape_, config.latent_dim),
      likelihood_(root_ / "likelihood", config.likelihood, shape_.n_bands * shape_.n_frames) {}

Posterior ConvVae::encode(const at::Tensor& x, Pass& pass) { return head_(flatten_(encoder_(x, pass), pass)); }

at::Tensor ConvVae::decode(const at::Tensor& z, Pass& pass) { return decoder_(z, pass); }

VaeLoss ConvVae::loss(const Batch& batch, double beta, Pass& pass) {
  const Posterior posterior = encode(batch.x, pass);
  const at::Tensor x_hat = decode(sample(posterior, pass.noise), pass);
  return vae_loss(batch, {x_hat, posterior}, beta, config_.loss, likelihood_, pass.is_training);
}

void ConvVae::prepare(const Batch& sample, int64_t) {
  check_range_of_data(sample, config_.stack.output);
  decoder_.set_mean(sample.x.mean());
  likelihood_.measure(sample.x, config_.latent_dim);
}

}  // namespace songscape
