#include "nn/vae_loss.h"

#include <ATen/TensorOperators.h>

namespace songscape {

at::Tensor total_of(const std::vector<LossTerm>& terms) {
  at::Tensor total;
  for (const LossTerm& t : terms) total = total.defined() ? total + t.weight * t.value : t.weight * t.value;
  return total;
}

VaeLoss vae_loss(const Batch& batch, const VaePass& passed, double beta, const LossConfig& config,
                 Likelihood& likelihood, bool is_training) {
  const Posterior& q = passed.posterior;
  const Likelihood::Result reconstruction = likelihood(batch.x, passed.x_hat, batch.n_valid_frames, is_training);
  const at::Tensor kl = passed.prior.mean.defined() ? kl_per_dim(q, passed.prior) : kl_per_dim(q);
  VaeLoss loss;
  loss.terms.push_back({"reconstruction", reconstruction.nats.mean(), likelihood.weight(), batch.size()});
  loss.terms.push_back({"kl", kl.sum(1).mean(), beta, batch.size()});
  if (config.free_bits > 0)
    loss.terms.push_back({"free_bits", free_bits_shortfall(kl, config.free_bits), beta, batch.size()});
  loss.total = total_of(loss.terms);
  loss.mse = reconstruction.mse;
  loss.kl_per_dim = kl.detach();
  loss.posterior = {q.mean.detach(), q.log_var.detach()};
  return loss;
}

}  // namespace songscape
