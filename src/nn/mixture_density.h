// The log density of many samples under mixtures that share their components and weigh them each in its own way.
#pragma once

#include "nn/latent_mixture.h"

namespace songscape {

// log Σ_c w_nc N(z_nk; m_c, diag s_c²), [n, K].  z: [n, K, latent_dim]; mixture.log_weight: [n, n_components].  With
// gradients towards all of them.  Products, exponentials and sums of a few rows at a time, within the cache.
at::Tensor log_mixture_density(const LatentMixture& mixture, const at::Tensor& z);

}  // namespace songscape
