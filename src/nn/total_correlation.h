// The KL of an aggregate posterior taken apart.  Chen et al. 2018, "Isolating sources of disentanglement in variational
// autoencoders", eq. 2:
//   E_n KL(q(z|n) ‖ p(z)) = I(z; n) + KL(q(z) ‖ Π_j q(z_j)) + Σ_j KL(q(z_j) ‖ p(z_j)),   p(z) = N(0, I)
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "nn/posterior.h"

namespace songscape {

// Scalars, nats a song, means over the batch; they sum to E log q(z|n) − log p(z), whatever the estimator.
struct KlParts {
  at::Tensor index_code_mi;      // I(z; n)
  at::Tensor total_correlation;  // KL(q(z) ‖ Π_j q(z_j))
  at::Tensor dimension_kl;       // Σ_j KL(q(z_j) ‖ p(z_j))
};

// z: [batch, latent_dim], one sample of each posterior.  n_train: songs that the batch was drawn from (at least the
// batch).  q(z) of a song's own z, log q(z) = log Σ_m w_m q(z|m) over the batch:
//   "weighted": w = 1 / (n_train · batch) for all (appendix C.1).  A lower bound in expectation; each of its logarithms
//     is low by up to log(n_train · batch), so the total correlation is offset by latent_dim − 1 times that.
//   "stratified": w = 1 / n_train for the song itself and the rest in equal parts for the others (appendix C.2,
//   averaged
//     over the choice of its last song, which leaves the mean and lowers the variance).  Σ w_m q(z|m) is unbiased.
KlParts kl_parts(const Posterior& posterior, const at::Tensor& z, int64_t n_train, const std::string& sampling);

}  // namespace songscape
