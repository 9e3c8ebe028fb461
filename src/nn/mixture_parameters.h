// A mixture over the latent space whose weights, means and variances are trained.
#pragma once

#include "nn/latent_mixture.h"
#include "nn/parameter_set.h"

namespace songscape {

class MixtureParameters {
 public:
  // Equal weights, variances of 1, means drawn near 0; what set() gives replaces them.
  MixtureParameters(const Scope& scope, int64_t n_components, int64_t latent_dim);
  LatentMixture values() const;
  void set(const LatentMixture& mixture);
  // Components that hold no song of z [n, latent_dim], or less than a tenth of an equal share: each takes half of the
  // component that holds most, cut at its mean across its widest dimension.  Returns how many.
  int64_t revive_dead(const at::Tensor& z);

 private:
  bool revive_one(const at::Tensor& z);
  at::Tensor logit_, mean_, log_var_;
};

}  // namespace songscape
