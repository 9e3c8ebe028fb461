// The loss of a Gaussian VAE, −ELBO with a weighted KL: what models share whose prior is Gaussian.
#pragma once

#include "nn/likelihood.h"
#include "nn/vae.h"

namespace songscape {

// What a pass gave.
struct VaePass {
  at::Tensor x_hat;
  Posterior posterior;
  Posterior prior = {};  // of each song's z; undefined: N(0, I)
};

// Terms: "reconstruction" (weight: the likelihood's), "kl" (weight beta) and, with free bits, "free_bits" (weight
// beta).
VaeLoss vae_loss(const Batch& batch, const VaePass& passed, double beta, const LossConfig& config,
                 Likelihood& likelihood, bool is_training);

// Adds Σ weight · value of the terms.
at::Tensor total_of(const std::vector<LossTerm>& terms);

}  // namespace songscape
