#include "models/basic_vae.h"

#include <ATen/core/grad_mode.h>

#include "nn/output.h"
#include "nn/vae_loss.h"

namespace songscape {

BasicVae::BasicVae(const BasicVaeConfig& config, uint64_t seed)
    : config_(config),
      coder_({tensors_, seed}, {.input_shape = config.input_shape,
                                .latent_dim = config.latent_dim,
                                .widths = config.widths,
                                .layers = {config.activation, config.norm, config.dropout},
                                .frame_pool = config.frame_pool,
                                .output = config.output,
                                .initial_log_var = config.initial_log_var}),
      likelihood_(Scope{tensors_, seed} / "likelihood", config.likelihood, coder_.n_values()) {}

Posterior BasicVae::encode(const at::Tensor& x, Pass& pass) { return coder_.encode(x, pass); }

at::Tensor BasicVae::decode(const at::Tensor& z, Pass& pass) { return coder_.decode(z, pass); }

VaeLoss BasicVae::loss(const Batch& batch, double beta, Pass& pass) {
  const Posterior posterior = encode(batch.x, pass);
  const at::Tensor x_hat = decode(sample(posterior, pass.noise), pass);
  return vae_loss(batch, {x_hat, posterior}, beta, config_.loss, likelihood_, pass.is_training);
}

void BasicVae::prepare(const Batch& sample, int64_t) {
  at::NoGradGuard no_grad;
  check_range_of_data(sample, config_.output);
  coder_.start_at_mean(sample.x);
  likelihood_.measure(sample.x, config_.latent_dim);
}

}  // namespace songscape
