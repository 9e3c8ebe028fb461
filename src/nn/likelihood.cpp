#include "nn/likelihood.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/binary_cross_entropy.h>

#include <algorithm>
#include <cmath>

#include "nn/autocast.h"
#include "nn/effective_dims.h"
#include "nn/frame_mask.h"

namespace songscape {
namespace {

constexpr double kMomentum = 0.05;
// Below this the data are constant and σ² would vanish.
constexpr double kSmallestVariance = 1e-8;

at::Tensor sum_of_song(const at::Tensor& values) { return values.flatten(1).sum(1); }

}  // namespace

Likelihood::Likelihood(const Scope& scope, const LikelihoodConfig& config, int64_t n_values)
    : config_(config),
      n_values_(n_values),
      running_mse_(scope.buffer("running_mse", {}, 1.0)),
      n_updates_(scope.buffer("n_updates", {}, 0.0)),
      effective_dims_(scope.buffer("effective_dims", {}, static_cast<double>(n_values))) {}

Likelihood::Result Likelihood::operator()(const at::Tensor& x, const at::Tensor& x_hat,
                                          const at::Tensor& n_valid_frames, bool is_training) {
  at::Tensor error = x_hat - x;
  if (n_valid_frames.defined()) error = error * frame_mask(n_valid_frames, x);
  const at::Tensor squared = sum_of_song(error.square());
  const at::Tensor n_values = n_valid_values(n_valid_frames, x);
  Result result;
  result.mse = (squared / n_values).detach();
  if (config_.kind == "mse") {
    result.nats = squared;
  } else if (config_.kind == "bernoulli") {
    const Autocast f32(false);  // a GPU's autocast refuses it
    at::Tensor entropy = at::binary_cross_entropy(x_hat.clamp(1e-6, 1 - 1e-6), x, {}, at::Reduction::None);
    if (n_valid_frames.defined()) entropy = entropy * frame_mask(n_valid_frames, x);
    result.nats = sum_of_song(entropy);
  } else {
    at::Tensor variance = running_mse_;
    if (is_training) {
      variance = (squared.detach().sum() / n_values.sum()).clamp_min(kSmallestVariance);
      at::NoGradGuard no_grad;
      running_mse_.lerp_(variance, (1 - n_updates_).clamp_min(kMomentum));  // the first one counts whole
      n_updates_.add_(1);
    }
    result.nats = 0.5 * n_values * (2 * M_PI * variance).log() + squared / (2 * variance);
  }
  return result;
}

double Likelihood::weight() const {
  return config_.effective_dims ? effective_dims_.value() / static_cast<double>(n_values_) : 1.0;
}

void Likelihood::measure(const at::Tensor& x, int64_t latent_dim) {
  if (!config_.effective_dims || x.size(0) < 2) return;
  const double n = effective_dims(residual_after_components(x, latent_dim));
  effective_dims_.tensor().fill_(std::clamp(n, 1.0, static_cast<double>(n_values_)));
}

double Likelihood::variance() const { return running_mse_.item<float>(); }

}  // namespace songscape
