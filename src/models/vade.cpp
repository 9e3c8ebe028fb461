#include "models/vade.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/log.h"
#include "core/random.h"
#include "nn/autocast.h"
#include "nn/conv_coder.h"
#include "nn/fc_coder.h"
#include "nn/noise.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

std::unique_ptr<SongCoder> make_coder(const VadeConfig& c, const Scope& scope) {
  if (c.layers == "conv")
    return std::make_unique<ConvCoder>(
        scope, ConvCoderOptions{.model = "vade with layers = conv",
                                .input_shape = c.input_shape,
                                .latent_dim = c.latent_dim,
                                .pools_time = c.pooling == "time",
                                .stack = {c.channels, c.bottleneck_channels, c.frame_pool, c.activation, c.norm,
                                          c.dropout, c.output},
                                .initial_log_var = c.initial_log_var});
  return std::make_unique<FcCoder>(scope, FcCoderOptions{.input_shape = c.input_shape,
                                                         .latent_dim = c.latent_dim,
                                                         .widths = c.widths,
                                                         .layers = {c.activation, c.norm, c.dropout},
                                                         .frame_pool = c.frame_pool,
                                                         .output = c.output,
                                                         .initial_log_var = c.initial_log_var});
}

}  // namespace

Vade::Vade(const VadeConfig& config, uint64_t seed)
    : config_(config),
      coder_(make_coder(config, {tensors_, seed})),
      mixture_(Scope{tensors_, seed} / "mixture", config.n_components, config.latent_dim),
      likelihood_(Scope{tensors_, seed} / "likelihood", config.likelihood, coder_->n_values()),
      has_mixture_(Scope{tensors_, seed}.buffer("has_mixture", {}, config.pretrain_epochs > 0 ? 0 : 1)),
      n_active_(Scope{tensors_, seed}.buffer("n_active_components", {}, 0)) {}

Posterior Vade::encode(const at::Tensor& x, Pass& pass) { return coder_->encode(x, pass); }

at::Tensor Vade::decode(const at::Tensor& z, Pass& pass) { return coder_->decode(z, pass); }

VaeLoss Vade::loss(const Batch& batch, double beta, Pass& pass) {
  return has_mixture() ? mixture_loss(batch, beta, pass) : pretrain_loss(batch, beta, pass);
}

VaeLoss Vade::pretrain_loss(const Batch& batch, double beta, Pass& pass) {
  Posterior posterior = encode(batch.x, pass);
  const bool is_vae = config_.pretrain == "vae";
  const at::Tensor z = is_vae ? sample(posterior, pass.noise) : posterior.mean;
  const at::Tensor x_hat = decode(z, pass);
  if (!is_vae) posterior = {posterior.mean.detach(), posterior.log_var.detach()};
  return vae_loss(batch, {x_hat, posterior}, is_vae ? beta : 0, config_.loss, likelihood_, pass.is_training);
}

double Vade::kl_share(const Pass& pass) const {
  const double epoch = pass.epoch - static_cast<double>(config_.pretrain_epochs);
  if (!pass.is_training || epoch >= config_.kl_warm_up_epochs) return 1;
  return config_.kl_start + (1 - config_.kl_start) * std::max(0.0, epoch) / config_.kl_warm_up_epochs;
}

VaeLoss Vade::mixture_loss(const Batch& batch, double beta, Pass& pass) {
  const at::Tensor seen = pass.is_training ? augmented(batch.x, config_.augment, pass.noise) : batch.x;
  const Posterior posterior = encode(seen, pass);
  const at::Tensor z = sample(posterior, pass.noise);
  const at::Tensor x_hat = decode(z, pass);
  const Likelihood::Result reconstruction = likelihood_(batch.x, x_hat, batch.n_valid_frames, pass.is_training);
  const Autocast f32(false);
  const LatentMixture prior = mixture_.values();
  const at::Tensor log_q = log_responsibilities(prior, z);  // [batch, n_components]
  const MixtureKl kl = kl_to_mixture(posterior, prior, log_q);
  const double weight = beta * kl_share(pass);
  VaeLoss loss;
  const auto add = [&](const char* name, const at::Tensor& value, double w) {
    loss.terms.push_back({name, value, w, batch.size()});
  };
  add("reconstruction", reconstruction.nats.mean(), likelihood_.weight());
  add("kl", kl.z_per_dim.sum(1).mean(), weight);
  add("kl_components", kl.components.mean(), weight);
  if (config_.loss.free_bits > 0) add("free_bits", free_bits_shortfall(kl.z_per_dim, config_.loss.free_bits), weight);
  if (teaches_assignments() && pass.is_training && batch.positions.defined() && assignments_.defined()) {
    assignments_ = assignments_.to(device());
    const at::Tensor wanted = assignments_.index_select(0, batch.positions);
    add("assignments", -(wanted * log_q).sum(1).mean(), config_.assignment_weight);
  }
  add("entropy", -(log_q.exp() * log_q).sum(1).mean().detach(), 0);
  add("active_components", n_active_.clone(), 0);
  loss.total = total_of(loss.terms);
  loss.mse = reconstruction.mse;
  loss.kl_per_dim = kl.z_per_dim.detach();
  loss.posterior = {posterior.mean.detach(), posterior.log_var.detach()};
  return loss;
}

void Vade::prepare(const Batch& sample, int64_t n_train) {
  at::NoGradGuard no_grad;
  if (n_train < config_.n_components)
    fail(ExitCode::usage,
         {.what = "there are fewer songs to train on than components",
          .where = "n_components",
          .seen = std::to_string(n_train) + " songs, " + std::to_string(config_.n_components) + " components",
          .wanted = "at least as many songs",
          .fix = "pass --set n_components=" + std::to_string(std::max<int64_t>(1, n_train / 15))});
  check_range_of_data(sample, config_.output);
  coder_->start_at_mean(sample.x);
  likelihood_.measure(sample.x, config_.latent_dim);
}

bool Vade::is_steady(const Pass& pass) const { return has_mixture() && kl_share(pass) == 1 && !teaches_assignments(); }

// Epochs of a small KL weight would look better than they are.
int64_t Vade::first_epoch_to_select() const {
  return config_.pretrain_epochs + static_cast<int64_t>(std::ceil(config_.kl_warm_up_epochs));
}

std::vector<NamedTensor> Vade::training_state(int64_t n_train) {
  if (!teaches_assignments()) return {};
  if (!assignments_.defined()) assignments_ = at::zeros({n_train, config_.n_components}, at::kFloat);
  return {{"assignments", assignments_}};
}

void Vade::start_epoch(const EpochStart& start) {
  if (start.epoch < config_.pretrain_epochs) return;
  const at::NoGradGuard no_grad;
  if (start.epoch == config_.pretrain_epochs) return begin_mixture(start);
  go_on_with_mixture(start);
}

void Vade::begin_mixture(const EpochStart& start) {
  if (!start.partition)
    fail(ExitCode::failed, {.what = "vade needs a clusterer to start its mixture, and this training brings none",
                            .where = {},
                            .seen = {},
                            .wanted = {},
                            .fix = "train it with `songscape train vade`"});
  const at::Tensor z = start.encode_means();  // on the CPU, as the clusterer
  const at::Tensor q =
      start.partition(z, {config_.init, config_.n_components, config_.n_starts, stream_id("mixture", start.seed)});
  mixture_.set(mixture_of(z, q));
  if (teaches_assignments()) assignments_ = q.clone();
  n_active_.fill_(occupancy_of(q).n_active());
  has_mixture_.tensor().fill_(1);
  log_info("mixture set by " + config_.init + ": " + std::to_string(occupancy_of(q).n_active()) + " of " +
           std::to_string(config_.n_components) + " components active");
}

void Vade::go_on_with_mixture(const EpochStart& start) {
  const at::Tensor z = start.encode_means().to(device());
  if (config_.revive) {
    const int64_t n_revived = mixture_.revive_dead(z);
    if (n_revived > 0) log_info("revived " + std::to_string(n_revived) + " components that held next to no song");
  }
  const at::Tensor q = log_responsibilities(mixture_.values(), z).exp();
  n_active_.fill_(occupancy_of(q).n_active());
  if (teaches_assignments() && start.epoch >= config_.pretrain_epochs + config_.assignment_start_epochs)
    assignments_ = sharpened(q);
}

at::Tensor Vade::sample_prior(int64_t n, Pass& pass) {
  const at::NoGradGuard no_grad;
  const LatentMixture prior = mixture_.values();
  const at::Tensor c = drawn_places(prior.log_weight.exp(), n, pass.noise);
  const at::Tensor noise = normal_noise({n, latent_dim()}, pass.noise, device());
  return prior.mean.index_select(0, c) + (0.5 * prior.log_var.index_select(0, c)).exp() * noise;
}

}  // namespace songscape
