#include "models/beta_vae.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

#include "core/error.h"
#include "nn/total_correlation.h"
#include "nn/vae_loss.h"

namespace songscape {

BetaVae::BetaVae(const BetaVaeConfig& config, uint64_t seed)
    : config_(config),
      coder_({tensors_, seed}, {.model = "beta_vae",
                                .input_shape = config.input_shape,
                                .latent_dim = config.latent_dim,
                                .pools_time = config.pooling == "time",
                                .stack = config.stack,
                                .initial_log_var = config.initial_log_var}),
      likelihood_(Scope{tensors_, seed} / "likelihood", config.likelihood, coder_.n_values()),
      n_train_(Scope{tensors_, seed}.buffer("n_train", {}, 1.0)) {
  if (config.axes_weight > 0 && config.latent_dim < kNumViewAxes)
    fail(ExitCode::usage, {.what = "there are fewer dimensions than axes to teach",
                           .where = "latent_dim",
                           .seen = std::to_string(config.latent_dim),
                           .wanted = "at least " + std::to_string(kNumViewAxes),
                           .fix = "raise it, or set axes_weight to 0"});
  if (config.trains_on_views || config.axes_weight > 0) views_.emplace(config.view, config.input_shape.front());
  if (config.objective == "factor")
    discriminator_.emplace(Scope{tensors_, seed} / "discriminator", config.latent_dim, config.discriminator_widths);
}

Posterior BetaVae::encode(const at::Tensor& x, Pass& pass) { return coder_.encode(x, pass); }

at::Tensor BetaVae::decode(const at::Tensor& z, Pass& pass) { return coder_.decode(z, pass); }

void BetaVae::add_total_correlation(VaeLoss& loss, const Posterior& posterior, const at::Tensor& z, double beta,
                                    Pass& pass) {
  const double excess = beta - std::min(beta, 1.0);
  const int64_t n = z.size(0);
  if (discriminator_) {
    loss.terms.push_back({"total_correlation", discriminator_->total_correlation(z), excess, n});
    loss.terms.push_back({"discriminator", discriminator_->loss(z, pass.noise), 1.0, n});
  } else {
    const KlParts parts = kl_parts(posterior, z, static_cast<int64_t>(n_train_.value()), config_.tc_sampling);
    loss.terms.push_back({"total_correlation", parts.total_correlation, excess, n});
    loss.terms.push_back({"index_code_mi", parts.index_code_mi.detach(), 0.0, n});
    loss.terms.push_back({"dimension_kl", parts.dimension_kl.detach(), 0.0, n});
  }
  loss.total = total_of(loss.terms);
}

void BetaVae::add_axes(VaeLoss& loss, const Posterior& posterior, const Batch& batch, const ViewChanges& changes,
                       Pass& pass) {
  ViewChanges other_changes;
  Batch other = batch;
  other.x = (*views_)(batch, pass.noise, &other_changes);
  const at::Tensor error = view_axes_error(posterior.mean, encode(other.x, pass).mean, changes, other_changes);
  loss.terms.push_back({"axes", error, config_.axes_weight, batch.size()});
  loss.total = total_of(loss.terms);
}

VaeLoss BetaVae::loss(const Batch& batch, double beta, Pass& pass) {
  Batch seen = batch;
  ViewChanges changes;
  if (pass.is_training && views_) seen.x = (*views_)(batch, pass.noise, &changes);
  const Posterior posterior = encode(seen.x, pass);
  const at::Tensor z = sample(posterior, pass.noise), x_hat = decode(z, pass);
  const bool is_plain = config_.objective == "beta";
  VaeLoss loss = vae_loss(seen, {x_hat, posterior}, is_plain ? beta : std::min(beta, 1.0), config_.loss, likelihood_,
                          pass.is_training);
  if (!is_plain) add_total_correlation(loss, posterior, z, beta, pass);
  if (pass.is_training && config_.axes_weight > 0) add_axes(loss, posterior, batch, changes, pass);
  return loss;
}

void BetaVae::prepare(const Batch& sample, int64_t n_train) {
  check_range_of_data(sample, config_.stack.output);
  coder_.start_at_mean(sample.x);
  likelihood_.measure(sample.x, config_.latent_dim);
  n_train_.tensor().fill_(static_cast<double>(n_train));
}

}  // namespace songscape
