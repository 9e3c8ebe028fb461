// Gaussian maths of q(z|x) = N(mean, diag exp(log_var)): sampling, KL, free bits.  Kingma & Welling 2014,
// "Auto-encoding variational Bayes", eq. 10 and appendix B.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace songscape {

struct Posterior {
  at::Tensor mean;     // [batch, latent_dim], f32
  at::Tensor log_var;  // [batch, latent_dim], f32, within [−20, 20] so that its exponential is finite
};

// z = mean + exp(log_var / 2) · ε, ε ~ N(0, I) drawn from `noise`.
at::Tensor sample(const Posterior& posterior, at::Generator& noise);

// KL(q(z|x) ‖ N(0, I)) in nats, [batch, latent_dim]: ½ (mean² + exp(log_var) − 1 − log_var).
at::Tensor kl_per_dim(const Posterior& posterior);

// KL(q(z|x) ‖ p(z)) for a prior with a Gaussian of its own for each song, in nats, [batch, latent_dim]:
// ½ (log p_var − log_var + (exp(log_var) + (mean − p_mean)²) / p_var − 1).
at::Tensor kl_per_dim(const Posterior& posterior, const Posterior& prior);

// What free bits add to the KL: Σ_d max(λ − KL_d, 0), where KL_d is the batch's mean in dimension d, so that the sum of
// both is Σ_d max(λ, KL_d).  Kingma et al. 2016, "Improved variational inference with inverse autoregressive flow",
// eq. 15.
at::Tensor free_bits_shortfall(const at::Tensor& kl, double free_bits);

}  // namespace songscape
