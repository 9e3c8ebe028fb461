// A mixture of Gaussians with diagonal covariances over the latent space, in the log domain.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/posterior.h"

namespace songscape {

struct LatentMixture {
  at::Tensor log_weight;  // [n_components], log of weights that sum to 1
  at::Tensor mean;        // [n_components, latent_dim]
  at::Tensor log_var;     // [n_components, latent_dim]
};

// log p(c) + log p(z|c), [batch, n_components].  z: [batch, latent_dim]
at::Tensor log_joint(const LatentMixture& mixture, const at::Tensor& z);
// log q(c|z), [batch, n_components]; rows sum to 1 outside the log domain.
at::Tensor log_responsibilities(const LatentMixture& mixture, const at::Tensor& z);

// The KL of q(z|x) q(c|x) to p(z|c) p(c), in its two parts, nats.  Jiang et al. 2017, "Variational deep embedding",
// eq. 7.
struct MixtureKl {
  at::Tensor z_per_dim;   // Σ_c q(c|x) KL(q(z|x) ‖ p(z|c)), [batch, latent_dim]
  at::Tensor components;  // KL(q(c|x) ‖ p(c)), [batch]
};
// log_q: log q(c|x), [batch, n_components].
MixtureKl kl_to_mixture(const Posterior& posterior, const LatentMixture& mixture, const at::Tensor& log_q);

// The mixture whose components have the weights, means and variances of their rows: one M step.  Variances are drawn to
// the mean variance within components as if each had `n_prior` rows more of it, so that a component of few rows over
// many dimensions keeps a width.  z: [n, latent_dim]; q: [n, n_components], rows sum to 1.  A component without rows
// gets the mean of all, and a weight of one row in a thousand.
LatentMixture mixture_of(const at::Tensor& z, const at::Tensor& q, double n_prior = 10);

// Assignments sharpened and balanced: q² / Σ_n q, rows normalised.  Xie et al. 2016, "Unsupervised deep embedding for
// clustering analysis", eq. 3.  q: [n, n_components]
at::Tensor sharpened(const at::Tensor& q);

// Songs whose likeliest component it is, and its share of all responsibility, [n_components] each.
struct Occupancy {
  at::Tensor n_songs;        // int64
  at::Tensor weight;         // f32
  int64_t n_active() const;  // weight ≥ 1 % and at least one song
};
Occupancy occupancy_of(const at::Tensor& q);

}  // namespace songscape
