// A mixture of Gaussians with diagonal covariances over the latent space, in the log domain.
#pragma once

#include <ATen/core/Tensor.h>

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

}  // namespace songscape
