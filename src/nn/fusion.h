// One posterior from those of a song's parts (its sound, its words), any of which may be missing.
#pragma once

#include <vector>

#include "nn/posterior.h"

namespace songscape {

struct PartPosterior {
  Posterior q;
  at::Tensor has;  // [batch] f32: 1 where the song has the part, 0 where it has not; q is not read there
};

// q(z|x) ∝ N(0, I) Π q_m(z|x_m) over the parts that a song has: precisions add up, the prior's too, so a song without
// any part lies at the prior.  Wu & Goodman 2018, "Multimodal generative models for scalable weakly-supervised
// learning", eq. 6.
Posterior product_of_experts(const std::vector<PartPosterior>& parts);

// Mean and variance of the mixture of the parts' Gaussians, each of equal weight.  Shi et al. 2019, "Variational
// mixture-of-experts autoencoders for multi-modal deep generative models", eq. 2.
Posterior moments_of_mixture(const std::vector<PartPosterior>& parts);

}  // namespace songscape
