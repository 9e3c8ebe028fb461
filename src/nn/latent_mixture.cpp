#include "nn/latent_mixture.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/matmul.h>

#include <cmath>

namespace songscape {
namespace {

constexpr double kLeastWeight = 1e-3, kLeastVariance = 1e-4;

}  // namespace

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

MixtureKl kl_to_mixture(const Posterior& posterior, const LatentMixture& mixture, const at::Tensor& log_q) {
  const at::Tensor q = log_q.exp(), precision = (-mixture.log_var).exp();
  // E_c (μ − μ_c)² / σ_c² as three products, around the components' middle: far from 0 they would cancel.
  const at::Tensor middle = mixture.mean.mean(0).detach();
  const at::Tensor mean = posterior.mean - middle, centre = mixture.mean - middle;
  const at::Tensor precision_of_q = at::matmul(q, precision);  // [batch, latent_dim]
  const at::Tensor squares = (posterior.log_var.exp() + mean.square()) * precision_of_q -
                             2 * mean * at::matmul(q, centre * precision) + at::matmul(q, centre.square() * precision);
  return {0.5 * (at::matmul(q, mixture.log_var) - posterior.log_var + squares - 1),
          (q * (log_q - mixture.log_weight)).sum(1)};
}

LatentMixture mixture_of(const at::Tensor& z, const at::Tensor& q, double n_prior) {
  const at::Tensor n = q.sum(0).unsqueeze(1), safe_n = n.clamp_min(1e-6);  // [n_components, 1]
  const at::Tensor middle = z.mean(0), centred = z - middle;
  const at::Tensor mean = at::matmul(q.t(), centred) / safe_n;
  const at::Tensor squares = (at::matmul(q.t(), centred.square()) - n * mean.square()).clamp_min(0);
  const at::Tensor within = squares.sum(0) / static_cast<double>(z.size(0));  // [latent_dim]
  const at::Tensor variance = ((squares + n_prior * within) / (n + n_prior)).clamp_min(kLeastVariance);
  const at::Tensor weight = (n.squeeze(1) / n.sum()).clamp_min(kLeastWeight);
  return {(weight / weight.sum()).log(), mean + middle, variance.log()};
}

at::Tensor sharpened(const at::Tensor& q) {
  const at::Tensor balanced = q.square() / q.sum(0).clamp_min(1e-6);
  return balanced / balanced.sum(1, true).clamp_min(1e-30);
}

int64_t Occupancy::n_active() const { return ((weight >= 0.01) & (n_songs > 0)).sum().item<int64_t>(); }

Occupancy occupancy_of(const at::Tensor& q) { return {at::bincount(q.argmax(1), {}, q.size(1)), q.mean(0)}; }

}  // namespace songscape
