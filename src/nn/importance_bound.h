// How likely data are under a VAE: the importance-weighted bound.  Burda, Grosse & Salakhutdinov 2016, "Importance
// weighted autoencoders", eq. 8: log p(x) ≥ E log 1/n Σ_i p(x|z_i) p(z_i) / q(z_i|x), z_i ~ q(z|x); n = 1 is the ELBO,
// and the bound rises to log p(x) with n.
#pragma once

#include <functional>

#include "nn/posterior.h"

namespace songscape {

struct ImportanceBoundJob {
  const Posterior& posterior;                                     // [batch, latent_dim]
  std::function<at::Tensor(const at::Tensor& z)> log_likelihood;  // log p(x|z); z [batch, n, latent_dim] → [batch, n]
  std::function<at::Tensor(const at::Tensor& z)> log_prior = {};  // the same of p(z); empty: N(0, I)
  int64_t n_samples = 5000;
  int64_t n_at_once = 100;  // samples of each row in memory together
};

// [batch], nats; without gradients.
at::Tensor importance_bound(const ImportanceBoundJob& job, at::Generator& noise);

}  // namespace songscape
