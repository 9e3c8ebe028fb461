#include "nn/mixture_parameters.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/one_hot.h>

#include <cmath>

namespace songscape {
namespace {

constexpr double kLeastShare = 0.1;  // of 1/K
// Wider or narrower a component is never needed, and its density would leave f32.
constexpr double kLeastLogVar = -10, kMostLogVar = 10;

}  // namespace

MixtureParameters::MixtureParameters(const Scope& scope, int64_t n_components, int64_t latent_dim)
    : logit_(scope.constant("logit", {n_components}, 0)),
      mean_(scope.uniform("mean", {n_components, latent_dim}, 1)),
      log_var_(scope.constant("log_var", {n_components, latent_dim}, 0)) {}

LatentMixture MixtureParameters::values() const {
  return {at::log_softmax(logit_, 0), mean_, log_var_.clamp(kLeastLogVar, kMostLogVar)};
}

void MixtureParameters::set(const LatentMixture& mixture) {
  const at::NoGradGuard no_grad;
  logit_.copy_(mixture.log_weight);
  mean_.copy_(mixture.mean);
  log_var_.copy_(mixture.log_var);
}

bool MixtureParameters::revive_one(const at::Tensor& z) {
  const at::Tensor q = log_responsibilities(values(), z).exp();
  const Occupancy now = occupancy_of(q);
  const auto k = static_cast<double>(logit_.size(0));
  const at::Tensor is_dead = (now.n_songs == 0) | (now.weight < kLeastShare / k);
  if (!is_dead.any().item<bool>()) return false;
  const int64_t dead = is_dead.nonzero()[0].item<int64_t>(), donor = now.weight.argmax().item<int64_t>();
  const at::Tensor rows = (q.argmax(1) == donor).nonzero().squeeze(1);
  if (rows.numel() < 2) return false;  // fewer songs than components can hold
  const at::Tensor own = z.index_select(0, rows);
  const at::Tensor deviation = own.var(0, false).sqrt();
  const int64_t widest = deviation.argmax().item<int64_t>();
  if (deviation[widest].item<float>() == 0) return false;  // identical songs cannot be told apart
  const at::Tensor half = (own.select(1, widest) > own.select(1, widest).mean()).to(at::kLong);
  const LatentMixture halves = mixture_of(own, at::one_hot(half, 2).to(at::kFloat));
  const at::Tensor logit = logit_[donor] + halves.log_weight;
  for (const auto& [to, from] : {std::pair{dead, int64_t{0}}, std::pair{donor, int64_t{1}}}) {
    logit_[to].copy_(logit[from]);
    mean_[to].copy_(halves.mean[from]);
    log_var_[to].copy_(halves.log_var[from]);
  }
  return true;
}

int64_t MixtureParameters::revive_dead(const at::Tensor& z) {
  const at::NoGradGuard no_grad;
  int64_t n = 0;
  while (n < logit_.size(0) && revive_one(z)) ++n;
  return n;
}

}  // namespace songscape
