// The last layer of an encoder: features → mean and log variance, in f32 even under bf16, since KL and sampling hang on
// small differences there.
#pragma once

#include "nn/layers.h"
#include "nn/posterior.h"

namespace songscape {

struct PosteriorHead {
  Linear to_mean, to_log_var;
  // initial_log_var: the bias that log σ² starts from.  Below 0 the decoder sees what the encoder says from the first
  // step, instead of noise as large as the prior.
  PosteriorHead(const Scope& scope, int64_t n_in, int64_t latent_dim, double initial_log_var);
  // [batch, n_in] → [batch, latent_dim] twice
  Posterior operator()(const at::Tensor& features) const;
};

}  // namespace songscape
