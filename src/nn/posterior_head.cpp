#include "nn/posterior_head.h"

#include <ATen/core/grad_mode.h>

#include "nn/autocast.h"
#include "nn/wide_linear.h"

namespace songscape {

PosteriorHead::PosteriorHead(const Scope& scope, int64_t n_in, int64_t latent_dim, double initial_log_var)
    : to_mean(scope / "to_mean", n_in, latent_dim), to_log_var(scope / "to_log_var", n_in, latent_dim) {
  const at::NoGradGuard no_grad;
  to_log_var.bias.fill_(initial_log_var);
}

Posterior PosteriorHead::operator()(const at::Tensor& features) const {
  // Latents are f32 in either case: a wide layer's sums are.
  if (takes_wide_linear(features, to_mean.weight)) return {to_mean(features), to_log_var(features).clamp(-20, 20)};
  const Autocast f32(false);
  const at::Tensor h = features.to(at::kFloat);
  return {to_mean(h), to_log_var(h).clamp(-20, 20)};
}

}  // namespace songscape
