#include "nn/latent_mixture.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/matmul.h>

#include <cmath>

namespace songscape {

at::Tensor log_joint(const LatentMixture& mixture, const at::Tensor& z) {
  const at::Tensor precision = (-mixture.log_var).exp();  // [n_components, latent_dim]
  // Σ_d (z − μ)² / σ² as three products, so that nothing of [batch, n_components, latent_dim] is made.
  const at::Tensor distance = at::matmul(z.square(), precision.t()) -
                              2 * at::matmul(z, (mixture.mean * precision).t()) +
                              (mixture.mean.square() * precision).sum(1);
  const double log_two_pi = std::log(2 * M_PI) * static_cast<double>(z.size(1));
  return mixture.log_weight - 0.5 * (log_two_pi + mixture.log_var.sum(1) + distance);
}

at::Tensor log_responsibilities(const LatentMixture& mixture, const at::Tensor& z) {
  return at::log_softmax(log_joint(mixture, z), 1);
}

}  // namespace songscape
