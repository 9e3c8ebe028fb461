#include "models/conv_vae.h"

#include <ATen/TensorOperators.h>

#include "nn/vae_loss.h"

namespace songscape {

ConvVae::ConvVae(const ConvVaeConfig& config, uint64_t seed)
    : config_(config),
      coder_({tensors_, seed}, {.model = "conv_vae",
                                .input_shape = config.input_shape,
                                .latent_dim = config.latent_dim,
                                .pools_time = config.pooling == "time",
                                .stack = config.stack,
                                .initial_log_var = config.initial_log_var,
                                .principal_pool = config.principal_pool}),
      likelihood_(Scope{tensors_, seed} / "likelihood", config.likelihood, coder_.n_values()) {
  if (config.trains_on_views) views_.emplace(config.view, config.input_shape.front());
}

Posterior ConvVae::encode(const at::Tensor& x, Pass& pass) { return coder_.encode(x, pass); }

at::Tensor ConvVae::decode(const at::Tensor& z, Pass& pass) { return coder_.decode(z, pass); }

VaeLoss ConvVae::loss(const Batch& batch, double beta, Pass& pass) {
  Batch seen = batch;
  if (pass.is_training && views_) seen.x = (*views_)(batch, pass.noise);
  const Posterior posterior = encode(seen.x, pass);
  const at::Tensor x_hat = decode(sample(posterior, pass.noise), pass);
  return vae_loss(seen, {x_hat, posterior}, beta, config_.loss, likelihood_, pass.is_training);
}

void ConvVae::prepare(const Batch& sample, int64_t) {
  check_range_of_data(sample, config_.stack.output);
  coder_.start_at_mean(sample.x);
  likelihood_.measure(sample.x, config_.latent_dim);
}

}  // namespace songscape
