// Tells codes of q(z) from codes whose dimensions were permuted apart, which are of Π_j q(z_j).  Kim & Mnih 2018,
// "Disentangling by factorising", section 3 and algorithm 2.
#pragma once

#include <vector>

#include "nn/layers.h"

namespace songscape {

class FactorDiscriminator {
 public:
  // Tensors "<scope>.<layer>.weight", ".bias".  widths: hidden layers, leaky ReLU of slope .2.
  FactorDiscriminator(const Scope& scope, int64_t latent_dim, const std::vector<int64_t>& widths);
  // KL(q(z) ‖ Π_j q(z_j)) as the logit's mean over z (eq. 3), a scalar.  Moves z alone: the weights are detached.
  at::Tensor total_correlation(const at::Tensor& z) const;
  // What it learns by: the mean of −log D(z) and −log(1 − D(permuted z)), a scalar in nats.  Moves the weights alone:
  // z is detached.  One song cannot be permuted: both halves then see the same.
  at::Tensor loss(const at::Tensor& z, at::Generator& noise) const;

 private:
  at::Tensor logit(at::Tensor h, bool is_detached) const;
  std::vector<Linear> layers_;
};

// Each column of z in an order of its own, drawn from `noise`.
at::Tensor permute_dimensions(const at::Tensor& z, at::Generator& noise);

}  // namespace songscape
