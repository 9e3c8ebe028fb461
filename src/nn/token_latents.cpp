#include "nn/token_latents.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linear.h>

#include <cmath>

#include "core/error.h"
#include "nn/autocast.h"

namespace songscape {

LatentLayout latent_layout(const LatentsConfig& config, int64_t latent_dim, int64_t n_bars) {
  const LatentLayout layout{latent_dim, config.hierarchical ? 3 : 1, config.per_bar, n_bars};
  if (layout.piece % layout.n_levels != 0)
    fail(ExitCode::usage, {.what = "the levels have not equal parts",
                           .where = "latent_dim",
                           .seen = std::to_string(latent_dim),
                           .wanted = "a multiple of 3 with latents.hierarchical",
                           .fix = {}});
  return layout;
}

LatentHead::LatentHead(const Scope& scope, int64_t n_in, int64_t n_out, const LatentsConfig& config)
    : config_(config), to_mean_(scope / "to_mean", n_in, n_out) {
  const at::NoGradGuard no_grad;
  if (config.rate == 0) {
    to_log_var_.emplace(scope / "to_log_var", n_in, n_out);
    to_log_var_->weight.mul_(.1);
    to_log_var_->bias.fill_(config.initial_log_var);
  }
  if (config.rate > 0 || config.batch_norm) {
    running_mean_ = scope.buffer("running_mean", {n_out}, 0);
    running_var_ = scope.buffer("running_var", {n_out}, 1);
  }
}

Posterior LatentHead::operator()(const at::Tensor& features, const Pass& pass) const {
  const Autocast in_f32(false);
  const at::Tensor x = features.to(at::kFloat);
  at::Tensor mean = to_mean_(x);
  if (running_mean_.defined() && mean.size(0) > 0) {
    const double scale = config_.rate > 0 ? std::sqrt(-std::expm1(-2 * config_.rate)) : config_.batch_norm_scale;
    const bool is_of_batch = pass.is_training && mean.size(0) > 1;
    mean = at::batch_norm(mean, {}, {}, running_mean_, running_var_, is_of_batch, kNormMomentum, kNormEpsilon, false) *
           scale;
  }
  if (config_.rate > 0) return {mean, at::full_like(mean, -2 * config_.rate)};
  return {mean, (*to_log_var_)(x).clamp(-20, 20)};
}

}  // namespace songscape
