// −log p(x|z) of one song in nats, for what a decoder says x is.
//
// gaussian: N(x̂, σ²), one σ² for all values of the model.  Its best value is the mean squared error itself (Rybkin et
//   al. 2021, "Simple and effective VAE training with calibrated decoders", eq. 5), so training takes that of the
//   batch, detached: n/2 · log(2πσ²) + Σ(x−x̂)²/(2σ²).  A running mean of it is kept; validation uses that, frozen (1
//   before the first step).
// bernoulli: −Σ x log x̂ + (1−x) log(1−x̂).
// mse: Σ (x−x̂)², the plain form: a Gaussian of σ² = ½ without its constant.
#pragma once

#include "nn/host_scalar.h"
#include "nn/loss_config.h"
#include "nn/parameter_set.h"

namespace songscape {

class Likelihood {
 public:
  // n_values: of one song.
  Likelihood(const Scope& scope, const LikelihoodConfig& config, int64_t n_values);

  struct Result {
    at::Tensor nats;  // [batch]
    at::Tensor mse;   // [batch], detached: over each song's valid values
  };
  // x, x_hat: [batch, …, frames] f32.  Padding counts for nothing.
  Result operator()(const at::Tensor& x, const at::Tensor& x_hat, const at::Tensor& n_valid_frames, bool is_training);

  // What the reconstruction term is multiplied by: effective dimensions over all values, or 1.
  double weight() const;
  // Measures the effective dimensions of what `latent_dim` numbers cannot tell of x [songs, …, frames], where the
  // configuration asks for them.
  void measure(const at::Tensor& x, int64_t latent_dim);
  double variance() const;  // the running σ²

 private:
  LikelihoodConfig config_;
  int64_t n_values_;
  at::Tensor running_mse_, n_updates_;  // scalars
  HostScalar effective_dims_;
};

}  // namespace songscape
