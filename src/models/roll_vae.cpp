#include "models/roll_vae.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "nn/autocast.h"
#include "nn/importance_bound.h"
#include "nn/mixture_density.h"
#include "nn/noise.h"
#include "nn/output.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

constexpr double kLeastLogVar = -8, kMostLogVar = 4;

const RollVaeConfig& checked(const RollVaeConfig& config) {
  if (config.input_shape.size() == 2) return config;
  fail(ExitCode::usage, {.what = "a piano-roll has two axes",
                         .where = "input_shape",
                         .seen = std::to_string(config.input_shape.size()) + " axes",
                         .wanted = "keys and frames",
                         .fix = {}});
}

FcStack::Options layers_of(const RollVaeConfig& config) { return {"relu", "none", config.dropout}; }

// {n_in, hidden_dim × n}
std::vector<int64_t> hidden_sizes(int64_t n_in, int64_t n, const RollVaeConfig& config) {
  std::vector<int64_t> all(static_cast<size_t>(n), config.hidden_dim);
  all.insert(all.begin(), n_in);
  return all;
}

// log p(x|logits) of binary x, summed over the last axis.
at::Tensor log_bernoulli(const at::Tensor& x, const at::Tensor& logits) {
  return (x * logits - at::softplus(logits)).sum(-1);
}

// Values of frames, [n, …], in their places among all of a batch, [batch, frames, …]; 0 in the others.
at::Tensor put_back(const at::Tensor& values, const at::Tensor& place, int64_t batch, int64_t n_frames) {
  std::vector<int64_t> shape = values.sizes().vec();
  shape[0] = batch * n_frames;
  at::Tensor all = at::zeros(shape, values.options()).index_copy_(0, place, values);
  shape[0] = n_frames;
  shape.insert(shape.begin(), batch);
  return all.view(shape);
}

}  // namespace

RollVae::RollVae(const RollVaeConfig& config, uint64_t seed)
    : config_(checked(config)),
      n_keys_(config.input_shape[0]),
      component_mean_(Scope{tensors_, seed}.uniform("prior.mean", {config.n_components, config.frame_latent_dim}, 2)),
      component_log_var_(Scope{tensors_, seed}.constant("prior.log_var", component_mean_.sizes(), 0)),
      encoder_(Scope{tensors_, seed} / "encoder", hidden_sizes(n_keys_ + config.state_dim, config.n_hidden + 1, config),
               layers_of(config)),
      head_({tensors_, seed}, config.hidden_dim, config.frame_latent_dim, 0),
      from_z_(Scope{tensors_, seed} / "decoder.from_z", config.frame_latent_dim, config.hidden_dim),
      decoder_(Scope{tensors_, seed} / "decoder", hidden_sizes(config.hidden_dim, config.n_hidden - 1, config),
               layers_of(config)),
      to_keys_(Scope{tensors_, seed} / "to_keys", config.hidden_dim, n_keys_) {
  const Scope root{tensors_, seed};
  if (config.state_dim == 0) {
    weight_logits_ = root.constant("prior.weights", {config.n_components}, 0);
    return;
  }
  history_.emplace(root / "history", n_keys_, config.state_dim);
  from_history_.emplace(root / "decoder.from_history", config.state_dim, config.hidden_dim);
  to_weights_hidden_.emplace(root / "prior", hidden_sizes(config.state_dim, 1, config), layers_of(config));
  to_weights_.emplace(root / "prior.weights", config.hidden_dim, config.n_components);
}

at::Tensor RollVae::history(const at::Tensor& x, const at::Tensor& n_valid_frames) const {
  const int64_t n_frames = x.size(2);
  const at::Tensor silence = at::zeros({1, x.size(0), n_keys_}, x.options());
  const auto heard = [&](const at::Tensor& songs, int64_t n) {
    return at::cat({silence, songs.permute({2, 0, 1}).narrow(0, 0, n - 1)});
  };
  if (!n_valid_frames.defined()) return (*history_)(heard(x, n_frames)).transpose(0, 1);
  // By falling length, so that no product is made for padding.
  const at::Tensor order = n_valid_frames.argsort(0, true), sorted = n_valid_frames.index_select(0, order);
  const int64_t longest = sorted[0].item<int64_t>();
  const at::Tensor n_songs = (sorted.unsqueeze(0) > at::arange(longest, sorted.options()).unsqueeze(1)).sum(1).cpu();
  const at::Tensor h =
      (*history_)(heard(x.index_select(0, order), longest),
                  {n_songs.const_data_ptr<int64_t>(), n_songs.const_data_ptr<int64_t>() + n_songs.numel()});
  return at::constant_pad_nd(h.transpose(0, 1).index_select(0, order.argsort()), {0, 0, 0, n_frames - longest});
}

RollVae::Frames RollVae::frames_of(const at::Tensor& x, const at::Tensor& n_valid_frames) const {
  const int64_t batch = x.size(0), n_frames = x.size(2);
  const at::Tensor places = at::arange(batch * n_frames, x.options().dtype(at::kLong)).view({batch, n_frames});
  at::Tensor kept = places.flatten();
  if (n_valid_frames.defined())
    kept = places.masked_select(at::arange(n_frames, n_valid_frames.options()) < n_valid_frames.unsqueeze(1));
  const auto chosen = [&](const at::Tensor& of_songs) {
    return of_songs.reshape({batch * n_frames, -1}).index_select(0, kept);
  };
  return {chosen(x.transpose(1, 2)), history_ ? chosen(history(x, n_valid_frames)) : at::Tensor(), kept};
}

LatentMixture RollVae::prior(const at::Tensor& h, int64_t n, Pass& pass) const {
  const at::Tensor scores = history_ ? (*to_weights_)((*to_weights_hidden_)(h, pass))
                                     : weight_logits_.unsqueeze(0).expand({n, config_.n_components});
  return {at::log_softmax(scores.to(at::kFloat), 1), component_mean_,
          component_log_var_.clamp(kLeastLogVar, kMostLogVar)};
}

Posterior RollVae::posterior(const Frames& frames, Pass& pass) const {
  const Posterior q = head_(encoder_(frames.h.defined() ? at::cat({frames.x, frames.h}, 1) : frames.x, pass));
  return {q.mean, q.log_var.clamp(kLeastLogVar, kMostLogVar)};
}

at::Tensor RollVae::logits(const at::Tensor& z, const at::Tensor& h, Pass& pass) const {
  at::Tensor hidden = from_z_(z);
  if (h.defined()) hidden = hidden + (*from_history_)(h).unsqueeze(1);
  hidden = hidden.relu_();
  // One draw for all samples of a frame.
  hidden = hidden * dropout(at::ones_like(hidden.select(1, 0)), config_.dropout, pass).unsqueeze(1);
  return to_keys_(decoder_(hidden.flatten(0, 1), pass)).to(at::kFloat).view({z.size(0), z.size(1), n_keys_});
}

VaeLoss RollVae::loss(const Batch& batch, double beta, Pass& pass) {
  const Frames frames = frames_of(batch.x, batch.n_valid_frames);
  const int64_t n = frames.x.size(0), n_songs = batch.size();
  const LatentMixture p = prior(frames.h, n, pass);
  const Posterior q = posterior(frames, pass);
  const at::Tensor epsilon =
      normal_noise({n, config_.n_samples, config_.frame_latent_dim}, pass.noise, batch.x.device());
  const at::Tensor z = q.mean.unsqueeze(1) + (0.5 * q.log_var).exp().unsqueeze(1) * epsilon;
  const at::Tensor from_z = logits(z, frames.h, pass);
  const at::Tensor told = log_bernoulli(frames.x.unsqueeze(1), from_z);  // [n, K]
  const double log_two_pi = std::log(2 * M_PI);
  const at::Tensor log_q = -0.5 * (epsilon.square() + q.log_var.unsqueeze(1) + log_two_pi).sum(2);
  const at::Tensor cost = log_q - log_mixture_density(p, z);
  const at::Tensor weights = told - beta * cost;
  const at::Tensor bound = at::logsumexp(weights, {1}) - std::log(static_cast<double>(config_.n_samples));

  const auto mean_of_songs = [&](const at::Tensor& of_frames) {
    return of_frames.sum() / static_cast<double>(n_songs);
  };
  VaeLoss loss;
  loss.terms.push_back({"reconstruction", -mean_of_songs(told.mean(1)), 1, n_songs});
  loss.terms.push_back({"kl", mean_of_songs(cost.mean(1)), beta, n_songs});
  loss.terms.push_back({"importance", mean_of_songs(weights.mean(1) - bound), 1, n_songs});
  loss.total = total_of(loss.terms);
  const at::NoGradGuard no_grad;
  const auto by_song = [&](const at::Tensor& of_frames) {
    return put_back(of_frames.detach(), frames.place, n_songs, batch.x.size(2)).flatten(1);
  };
  const at::Tensor error = (from_z.select(1, 0).sigmoid() - frames.x).square().mean(1);
  loss.mse = by_song(error).sum(1) / by_song(at::ones_like(error)).sum(1);
  loss.kl_per_dim = by_song(cost.mean(1)).sum(1, true);
  loss.posterior = {by_song(q.mean), by_song(q.log_var)};
  return loss;
}

Posterior RollVae::encode(const at::Tensor& x, Pass& pass) {
  const Posterior q = posterior(frames_of(x, {}), pass);
  const std::vector<int64_t> shape{x.size(0), x.size(2) * config_.frame_latent_dim};
  return {q.mean.reshape(shape), q.log_var.reshape(shape)};
}

at::Tensor RollVae::play(int64_t batch, const std::function<at::Tensor(int64_t, const at::Tensor&)>& z_of, Pass& pass) {
  const int64_t n_frames = config_.input_shape[1];
  at::Tensor h, heard = at::zeros({batch, n_keys_}, to_keys_.weight.options());
  if (history_) h = at::zeros({batch, config_.state_dim}, heard.options());
  std::vector<at::Tensor> frames;
  for (int64_t t = 0; t < n_frames; ++t) {
    if (history_) h = history_->step(heard, h);
    const at::Tensor p = logits(z_of(t, h).unsqueeze(1), h, pass).squeeze(1).sigmoid();
    heard = p.gt(0.5).to(p.scalar_type());
    frames.push_back(p);
  }
  return at::stack(frames, 2);
}

at::Tensor RollVae::decode(const at::Tensor& z, Pass& pass) {
  const at::Tensor path = z.view({z.size(0), -1, config_.frame_latent_dim});
  return play(
      z.size(0), [&](int64_t t, const at::Tensor&) { return path.select(1, t); }, pass);
}

at::Tensor RollVae::sample_prior(int64_t n, Pass& pass) {
  std::vector<at::Tensor> path;
  play(
      n,
      [&](int64_t, const at::Tensor& h) {
        const LatentMixture p = prior(h, n, pass);
        const at::Tensor component = at::multinomial(p.log_weight.exp(), 1, true, pass.noise).squeeze(1);
        path.push_back(sample({p.mean.index_select(0, component), p.log_var.index_select(0, component)}, pass.noise));
        return path.back();
      },
      pass);
  return at::stack(path, 1).flatten(1);
}

void RollVae::prepare(const Batch& sample, int64_t) {
  const at::NoGradGuard no_grad;
  check_range_of_data(sample, "sigmoid");
  to_keys_.bias.copy_(bias_for_mean(frames_of(sample.x, sample.n_valid_frames).x.mean(0), "sigmoid"));
}

at::Tensor RollVae::frame_bounds(const Batch& batch, int64_t n_samples, at::Generator& noise) {
  const at::NoGradGuard no_grad;
  Pass pass;
  const Frames frames = frames_of(batch.x, batch.n_valid_frames);
  const LatentMixture p = prior(frames.h, frames.x.size(0), pass);
  const Posterior q = posterior(frames, pass);
  return importance_bound(
      {.posterior = q,
       .log_likelihood =
           [&](const at::Tensor& z) { return log_bernoulli(frames.x.unsqueeze(1), logits(z, frames.h, pass)); },
       .log_prior = [&](const at::Tensor& z) { return log_mixture_density(p, z); },
       .n_samples = n_samples,
       .n_at_once = 50},
      noise);
}

}  // namespace songscape
