#include "models/cvae.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/stack.h>

#include "core/error.h"
#include "nn/autocast.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

const CvaeConfig& checked(const CvaeConfig& config) {
  if (config.n_classes >= 2) return config;
  fail(ExitCode::usage, {.what = "cvae needs a condition of at least two classes",
                         .where = "n_classes",
                         .seen = std::to_string(config.n_classes),
                         .wanted = {},
                         .fix = "train it with --condition COLUMN"});
}

// Averaged features, and those that the latent layers see.
int64_t n_features(const CvaeConfig& config) { return config.stack.channels.back(); }

std::optional<Linear> make_to_features(const Scope& scope, const CvaeConfig& config, int64_t height) {
  if (config.pooling != "time") return std::nullopt;
  return Linear(scope, n_features(config) * height, n_features(config));
}

}  // namespace

Cvae::Cvae(const CvaeConfig& config, uint64_t seed)
    : config_(checked(config)),
      shape_(config.stack, config.input_shape, "cvae"),
      root_{tensors_, seed},
      encoder_(root_, shape_),
      to_features_(make_to_features(root_ / "to_features", config, shape_.height)),
      classes_(root_, config.n_classes, config.embedding_dim),
      head_(root_, n_features(config) + config.embedding_dim, config.latent_dim, config.initial_log_var),
      decoder_(root_, shape_, config.latent_dim + config.embedding_dim),
      likelihood_(root_ / "likelihood", config.likelihood, shape_.n_bands * shape_.n_frames) {
  if (config.inference == "recogniser")
    recogniser_.emplace(root_ / "recogniser", config.input_shape, config.n_classes, config.recogniser);
  if (config.prior != "class") return;
  prior_mean_ = (root_ / "prior").uniform("mean", {config.n_classes, config.latent_dim}, 0.1);
  prior_log_var_ = (root_ / "prior").constant("log_var", {config.n_classes, config.latent_dim}, 0.0);
}

at::Tensor Cvae::features(const at::Tensor& x, Pass& pass) const {
  const at::Tensor h = encoder_(x, pass).to(at::kFloat);  // [batch, 256, 8, 80]
  if (!to_features_) return h.mean({2, 3});
  return at::leaky_relu((*to_features_)(h.mean(3).flatten(1)).to(at::kFloat));
}

Posterior Cvae::posterior(const at::Tensor& features, const at::Tensor& labels) const {
  return head_(at::cat({features, classes_(labels, features.size(0))}, 1));  // [batch, 320] → [batch, latent_dim] twice
}

Posterior Cvae::prior(const at::Tensor& labels) const {
  return {prior_mean_.index_select(0, labels), prior_log_var_.index_select(0, labels).clamp(-20, 20)};
}

Posterior Cvae::encode(const at::Tensor& x, Pass& pass) {
  const at::Tensor h = features(x, pass);
  if (!pass.labels.defined()) pass.labels = scores_of(x, h).argmax(1);
  return posterior(h, pass.labels);
}

at::Tensor Cvae::decode(const at::Tensor& z, Pass& pass) {
  return decoder_(at::cat({z, classes_(pass.labels, z.size(0))}, 1), pass);
}

VaeLoss Cvae::loss(const Batch& batch, double beta, Pass& pass) {
  classes_.check_labels(batch.labels, batch.size());
  const at::Tensor h = features(batch.x, pass);
  const Posterior q = posterior(h, batch.labels);
  pass.labels = batch.labels;
  const at::Tensor x_hat = decode(sample(q, pass.noise), pass);
  const Posterior p = prior_mean_.defined() ? prior(batch.labels) : Posterior{};
  VaeLoss loss = vae_loss(batch, {x_hat, q, p}, beta, config_.loss, likelihood_, pass.is_training);
  if (recogniser_) add_label_terms(loss, batch, pass);
  if (recogniser_ && config_.guidance_weight > 0) add_guidance(loss, x_hat, pass);
  return loss;
}

void Cvae::add_label_terms(VaeLoss& loss, const Batch& batch, Pass& pass) const {
  const auto [value, logits] = recogniser_->loss(batch, pass);
  const at::Tensor is_right = logits.argmax(1).eq(batch.labels).to(at::kFloat);
  loss.terms.push_back({"label", value, config_.recogniser_weight, batch.size()});
  loss.terms.push_back({"label_accuracy", is_right.mean(), 0.0, batch.size()});
  loss.total = total_of(loss.terms);
}

// Of every song as decoded, and of as many samples as half of them.
void Cvae::add_guidance(VaeLoss& loss, const at::Tensor& x_hat, Pass& pass) {
  const int64_t n = x_hat.size(0), n_samples = (n + 1) / 2;
  Pass of_prior{.is_training = pass.is_training, .noise = pass.noise, .labels = pass.labels.narrow(0, 0, n_samples)};
  const at::Tensor samples = decode(sample_prior(n_samples, of_prior), of_prior);
  const at::Tensor value =
      recogniser_->loss_of_made(at::cat({x_hat, samples}, 0), at::cat({pass.labels, of_prior.labels}, 0), pass.noise);
  loss.terms.push_back({"guidance", value, config_.guidance_weight, n});
  loss.total = total_of(loss.terms);
}

at::Tensor Cvae::elbo_of_classes(const at::Tensor& x, const at::Tensor& features) {
  std::vector<at::Tensor> elbos;
  for (int64_t y = 0; y < config_.n_classes; ++y) {
    Pass pass{.labels = at::full({x.size(0)}, y, x.options().dtype(at::kLong))};
    const Posterior q = posterior(features, pass.labels);
    const at::Tensor nats = likelihood_(x, decode(q.mean, pass), {}, false).nats;
    const at::Tensor kl = prior_mean_.defined() ? kl_per_dim(q, prior(pass.labels)) : kl_per_dim(q);
    elbos.push_back(-likelihood_.weight() * nats - config_.loss.beta * kl.sum(1) + classes_.log_frequency()[y]);
  }
  return at::stack(elbos, 1);  // [batch, n_classes]
}

at::Tensor Cvae::scores_of(const at::Tensor& x, const at::Tensor& features) {
  at::NoGradGuard no_grad;
  Pass evaluation;
  const at::Tensor scores = recogniser_ ? recogniser_->logits(x, evaluation) : elbo_of_classes(x, features);
  return at::log_softmax(scores, 1);
}

at::Tensor Cvae::class_log_scores(const at::Tensor& x, Pass& pass) {
  at::NoGradGuard no_grad;
  return scores_of(x, recogniser_ ? at::Tensor() : features(x, pass));
}

at::Tensor Cvae::sample_prior(int64_t n, Pass& pass) {
  if (!pass.labels.defined()) pass.labels = classes_.draw(n, pass.noise);
  classes_.check_labels(pass.labels, n);
  if (prior_mean_.defined()) return sample(prior(pass.labels), pass.noise);
  return Vae::sample_prior(n, pass);
}

void Cvae::prepare(const Batch& batch, int64_t) {
  at::NoGradGuard no_grad;
  check_range_of_data(batch, config_.stack.output);
  decoder_.set_mean(batch.x.mean());
  likelihood_.measure(batch.x, config_.latent_dim);
  classes_.measure(batch.labels);
}

}  // namespace songscape
