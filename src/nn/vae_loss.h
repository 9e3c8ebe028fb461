// The loss of a plain Gaussian VAE, −ELBO with a weighted KL: what models with prior N(0, I) share.
#pragma once

#include "nn/likelihood.h"
#include "nn/vae.h"

namespace songscape {

// Terms: "reconstruction" (weight: the likelihood's), "kl" (weight beta) and, with free bits, "free_bits" (weight
// beta).
VaeLoss vae_loss(const Batch& batch, const at::Tensor& x_hat, const Posterior& posterior, double beta,
                 const LossConfig& config, Likelihood& likelihood, bool is_training);

// Adds Σ weight · value of the terms.
at::Tensor total_of(const std::vector<LossTerm>& terms);

}  // namespace songscape
