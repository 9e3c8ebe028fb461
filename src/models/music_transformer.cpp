#include "models/music_transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"
#include "midi/vocabulary.h"
#include "models/music_generator.h"
#include "models/music_tokens.h"
#include "nn/token_dropout.h"
#include "nn/total_correlation.h"
#include "nn/units.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

const std::vector<int64_t> kDiscriminatorWidths{256, 256};
constexpr const char* kAdversary = "adversary";
constexpr double kFirstShare = .01, kShareGrowth = 1.01, kShareFall = .5;  // of the adversary's weight, each step
constexpr double kRunningMean = .99;                                       // of the reconstruction
constexpr double kLeastVariance = .01, kLeastActive = .5;  // of the means; share of the latent variables that have it

const MusicTransformerConfig& checked(const MusicTransformerConfig& config) {
  if (config.input_shape.size() != 1)
    fail(ExitCode::usage, {.what = "music_transformer reads rows of tokens",
                           .where = "input_shape",
                           .seen = std::to_string(config.input_shape.size()) + " axes",
                           .wanted = "one",
                           .fix = "train it on a library of MIDI files: songscape ingest DIR --library L"});
  if (!config.language_model && config.latent_dim == 0 && config.latents.per_bar == 0)
    fail(ExitCode::usage, {.what = "the model has no latent variables",
                           .where = "latent_dim",
                           .seen = "0, and latents.per_bar 0",
                           .wanted = "at least one of both, or language_model = true",
                           .fix = {}});
  if (config.latents.rate > 0 && config.prior.kind != "standard")
    fail(ExitCode::usage, {.what = "a fixed rate is one against N(0, I)",
                           .where = "latents.rate, prior.kind",
                           .seen = config.prior.kind,
                           .wanted = "prior.kind = standard, or latents.rate = 0",
                           .fix = {}});
  return config;
}

LatentLayout layout_for(const MusicTransformerConfig& config) {
  return latent_layout(config.latents, config.latent_dim, config.bars);
}

// −log p of each next token, and the likeliest.
struct Prediction {
  at::Tensor nats, likeliest;
  NextTokens next;
  at::Tensor logits = {};
};

at::Tensor is_wrong(const Prediction& p) { return (p.likeliest != p.next.target).to(at::kFloat); }

// Means over each sequence's tokens.
at::Tensor mean_of_sequences(const at::Tensor& values, const TokenBatch& tokens) {
  return sums_of_sequences(values, tokens) / sums_of_sequences(values * 0 + 1, tokens).clamp_min(1);
}

Prediction predict(const TokenDecoder& decoder, NextTokens next, const TokenDecoder::Told& told,
                   const at::Tensor& rotary) {
  const NextTokenNats of = decoder.nats(next, told, rotary);
  return {of.nats, of.likeliest, std::move(next)};
}

// The same with the logits that it is told by, for an adversary.
Prediction predict_with_logits(const TokenDecoder& decoder, NextTokens next, const TokenDecoder::Told& told,
                               const at::Tensor& rotary) {
  const at::Tensor logits = decoder(next.input, told, rotary).to(at::kFloat);
  return {at::cross_entropy_loss(logits, next.target, {}, at::Reduction::None), logits.detach().argmax(1),
          std::move(next), logits};
}

// How far the rows of a matrix are from orthogonal, their lengths apart: Σ (W Wᵀ − I)², a scalar.
at::Tensor obliqueness(const at::Tensor& weight) {
  const at::Tensor rows = weight / weight.square().sum(1, /*keepdim=*/true).clamp_min(1e-12).sqrt();
  return (at::matmul(rows, rows.t()) - at::eye(rows.size(0), rows.options())).square().sum();
}

}  // namespace

TokenCoderOptions MusicTransformer::coder_options(const TransformerConfig& layers) const {
  return {.n_vocabulary = kVocabularySize,
          .n_positions = token_range(TokenKind::position).size,
          .activation = config_.activation,
          .structure = config_.structure,
          .layers = layers,
          .layout = layout_};
}

MusicTransformer::MusicTransformer(const MusicTransformerConfig& config, uint64_t seed)
    : config_(checked(config)),
      layout_(layout_for(config)),
      decoder_(
          Scope{tensors_, seed} / "decoder",
          [&] {
            TokenCoderOptions options = coder_options(config.decoder);
            if (config.language_model) options.layout = {.piece = 0, .n_bars = config.bars};
            return options;
          }(),
          config.conditioning,
          config.skips && !config.language_model
              ? TokenDecoder::Skips{std::min(config.encoder.n_layers, config.decoder.n_layers), config.encoder.d_model}
              : TokenDecoder::Skips{}),
      prior_(Scope{tensors_, seed} / "prior", config.prior, layout_.size(), music_context_sizes()),
      n_train_(Scope{tensors_, seed}.buffer("n_train", {}, 1.0)),
      places_notes_(tokens_that_place_notes()) {
  const Scope root{tensors_, seed};
  if (config.gan.weight > 0) {
    adversary_.emplace(root / kAdversary, config.gan, kVocabularySize);
    nats_at_start_ = root.buffer("gan_nats_at_start", {}, 0);
    nats_now_ = root.buffer("gan_nats_now", {}, 0);
    gan_share_ = root.buffer("gan_share", {}, kFirstShare);
  }
  if (!config.language_model) encoder_.emplace(root / "encoder", coder_options(config.encoder), config.latents);
  if (config.regularise.total_correlation > 0)
    discriminator_.emplace(root / "discriminator", layout_.size(), kDiscriminatorWidths);
  const int64_t n_places = config.input_shape.front();
  rotary_of_encoder_ = rotary_table(n_places, config.encoder.d_model / config.encoder.n_heads);
  rotary_of_decoder_ = rotary_table(n_places, config.decoder.d_model / config.decoder.n_heads);
}

TokenEncoder::Result MusicTransformer::encoded(const TokenBatch& tokens, const Pass& pass) {
  if (!encoder_) {
    const at::Tensor none = at::zeros({tokens.n_sequences(), layout_.size()}).to(device());
    return {{none, none}, {}};
  }
  return (*encoder_)(tokens, rotary_of_encoder_.to(device()), config_.skips, pass);
}

Posterior MusicTransformer::encode(const at::Tensor& x, Pass& pass) {
  return encoded(tokens_of(x.flatten(1), music_token_names(), config_.bars), pass).posterior;
}

void MusicTransformer::add_kl(VaeLoss& loss, const Posterior& q, const at::Tensor& z, double beta) const {
  const int64_t n = z.size(0);
  at::Tensor kl = kl_per_dim(q);
  at::Tensor total = kl.sum(1);
  if (!prior_.is_standard()) {
    total = log_normal(z, q) - prior_.log_density(z);
    // What the prior cannot tell by dimension is told in the shares that N(0, I) would have.
    kl = kl * (total.mean() / kl.sum(1).mean().clamp_min(1e-6)).detach();
  }
  loss.terms.push_back({"kl", total.mean(), beta, n});
  if (config_.loss.free_bits > 0)
    loss.terms.push_back({"free_bits", free_bits_shortfall(kl, config_.loss.free_bits), beta, n});
  loss.kl_per_dim = kl.detach();
}

void MusicTransformer::add_penalties(VaeLoss& loss, const Posterior& q, const at::Tensor& z, Pass& pass) const {
  const RegulariseConfig& weights = config_.regularise;
  const int64_t n = z.size(0);
  if (weights.mutual_information != 0) {
    const auto n_train = std::max(static_cast<int64_t>(n_train_.value()), n);
    loss.terms.push_back(
        {"index_code_mi", kl_parts(q, z, n_train, "stratified").index_code_mi, weights.mutual_information, n});
  }
  if (discriminator_) {
    loss.terms.push_back({"total_correlation", discriminator_->total_correlation(z), weights.total_correlation, n});
    loss.terms.push_back({"discriminator", discriminator_->loss(z, pass.noise), 1.0, n});
  }
  if (weights.orthogonality > 0) {
    at::Tensor sum;
    for (const at::Tensor& weight : encoder_->mean_weights())
      sum = sum.defined() ? sum + obliqueness(weight) : obliqueness(weight);
    loss.terms.push_back({"orthogonality", sum, weights.orthogonality, n});
  }
  if (weights.sparsity > 0) loss.terms.push_back({"sparsity", q.mean.abs().sum(1).mean(), weights.sparsity, n});
}

VaeLoss MusicTransformer::loss(const Batch& batch, double beta, Pass& pass) {
  const int64_t n = batch.size();
  at::Tensor x = batch.x.flatten(1).to(at::kLong);
  if (pass.is_training) x = changed_music(x, {config_.transpose, config_.tempo_shift}, pass.noise);
  const TokenBatch tokens = tokens_of(x, music_token_names(), config_.bars);
  const TokenEncoder::Result seen = encoded(tokens, pass);
  const Posterior& q = seen.posterior;
  const at::Tensor z = sample(q, pass.noise);
  NextTokens next = next_tokens_of(tokens);
  if (pass.is_training)
    next.input.ids = with_tokens_masked(next.input, config_.token_dropout, to_token(TokenKind::mask), pass.noise);
  const bool is_judged = pass.is_training && has_adversary(pass);
  const Prediction p = (is_judged ? predict_with_logits : predict)(decoder_, std::move(next), {z, seen.skipped},
                                                                   rotary_of_decoder_.to(device()));
  VaeLoss loss;
  loss.terms.push_back({"reconstruction", p.nats.sum() / n, 1.0, n});
  if (encoder_) {
    add_kl(loss, q, z, beta);
    add_penalties(loss, q, z, pass);
  } else {
    loss.kl_per_dim = at::zeros_like(z);
    loss.terms.push_back({"kl", loss.kl_per_dim.sum(), beta, n});
  }
  if (config_.note_emphasis > 0) {
    const at::Tensor counts = places_notes_.to(device()).index_select(0, p.next.target);
    loss.terms.push_back({"notes", (p.nats * counts).sum() / n, config_.note_emphasis, n});
  }
  if (prior_.has_context())
    loss.terms.push_back({"context", -prior_.log_density_given(z, context_of_music(x)).mean(), 1.0, n});
  loss.posterior = {q.mean.detach(), q.log_var.detach()};
  if (is_judged) add_adversary(loss, p.logits, p.next, pass);
  loss.total = total_of(loss.terms);
  loss.mse = mean_of_sequences(is_wrong(p), p.next.input);
  return loss;
}

std::vector<ParameterGroup> MusicTransformer::parameter_groups() const {
  if (!adversary_) return {};
  return {{std::string(kAdversary) + ".", config_.gan.lr_factor, config_.gan.beta1}};
}

void MusicTransformer::start_epoch(const EpochStart& start) {
  const auto epoch = static_cast<double>(start.epoch);
  if (!adversary_ || epoch < config_.gan.start_epoch || epoch >= config_.gan.start_epoch + 1) return;
  const at::NoGradGuard no_grad;
  const at::Tensor variance = start.encode_means().var(0);
  const auto n_active = (variance > kLeastVariance).sum().item<int64_t>();
  if (static_cast<double>(n_active) >= kLeastActive * static_cast<double>(layout_.size())) return;
  fail(ExitCode::failed, {.what = "the adversary does not join a VAE that has collapsed",
                          .where = "gan, epoch " + std::to_string(start.epoch + 1),
                          .seen = std::to_string(n_active) + " of " + std::to_string(layout_.size()) +
                                  " latent variables tell pieces apart (variance of their means above .01)",
                          .wanted = "at least half of them",
                          .fix = "train longer first (gan.start_epoch), or keep the latent variables in use: "
                                 "loss.free_bits, latents.rate, latents.batch_norm, a smaller loss.beta"});
}

void MusicTransformer::add_adversary(VaeLoss& loss, const at::Tensor& logits, const NextTokens& next, Pass& pass) {
  const int64_t n = loss.posterior.mean.size(0);
  const at::Tensor drawn = straight_through_sample(logits, config_.gan.temperature, pass.noise);
  const at::Tensor true_tokens = at::one_hot(next.target, kVocabularySize).to(at::kFloat);
  const TokenDiscriminator& adversary = *adversary_;
  const auto real = adversary(true_tokens, next.input, /*moves=*/true, /*is_detached=*/false),
             made = adversary(drawn.detach(), next.input, /*moves=*/false, /*is_detached=*/false),
             seen = adversary(drawn, next.input, /*moves=*/false, /*is_detached=*/true);
  {
    const at::NoGradGuard no_grad;
    const at::Tensor now = loss.terms.front().value.detach() * n / next.input.n_tokens();
    if (nats_at_start_.item<double>() == 0) {
      nats_at_start_.copy_(now);
      nats_now_.copy_(now);
    }
    nats_now_.mul_(kRunningMean).add_(now * (1 - kRunningMean));
    const bool is_worse = nats_now_.item<double>() > nats_at_start_.item<double>() * (1 + config_.gan.tolerance);
    gan_share_.mul_(is_worse ? kShareFall : kShareGrowth).clamp_(1e-6, 1);
  }
  const double share = gan_share_.item<double>();
  const double weight = config_.gan.weight * share;
  loss.terms.push_back({"gan_generator", generator_loss(seen), weight, n});
  loss.terms.push_back({"gan_features", feature_distance(real, seen), weight * config_.gan.feature_matching, n});
  loss.terms.push_back({"gan_discriminator", discriminator_loss(real, made), 1.0, n});
  loss.terms.push_back({"gan_accuracy", discriminator_accuracy(real, made), 0.0, n});
  loss.terms.push_back({"gan_share", gan_share_.detach().clone(), 0.0, n});
}

at::Tensor MusicTransformer::errors_from_mean(const Batch& batch, const Posterior& posterior, Pass& pass) {
  const at::NoGradGuard no_grad;
  const TokenBatch tokens = tokens_of(batch.x.flatten(1), music_token_names(), config_.bars);
  TokenDecoder::Told told{posterior.mean, {}};
  if (config_.skips) told.skipped = encoded(tokens, pass).skipped;
  const Prediction p = predict(decoder_, next_tokens_of(tokens), told, rotary_of_decoder_.to(device()));
  return mean_of_sequences(is_wrong(p), p.next.input);
}

MusicTransformer::TokenNats MusicTransformer::token_nats(const at::Tensor& x, const at::Tensor& z,
                                                         const at::Tensor& skipped_from) {
  TokenDecoder::Told told{z, {}};
  if (config_.skips && skipped_from.defined())
    told.skipped = encoded(tokens_of(skipped_from.flatten(1), music_token_names(), config_.bars), Pass{}).skipped;
  Prediction p = predict(decoder_, next_tokens_of(tokens_of(x.flatten(1), music_token_names(), config_.bars)), told,
                         rotary_of_decoder_.to(device()));
  return {p.nats, std::move(p.next.input)};
}

void MusicTransformer::prepare(const Batch& sample, int64_t n_train) {
  const at::Tensor values = sample.x.flatten(), ids = values.to(at::kLong);
  if (!(values == ids).all().item<bool>() || ids.min().item<int64_t>() < 0 ||
      ids.max().item<int64_t>() >= kVocabularySize)
    fail(ExitCode::damaged,
         {.what = "the rows are not tokens of the vocabulary",
          .where = "the data",
          .seen = "values from " + format_number(values.min().item<double>(), 4) + " to " +
                  format_number(values.max().item<double>(), 4),
          .wanted = "whole numbers from 0 to " + std::to_string(kVocabularySize - 1) + " (docs/vocabulary.md)",
          .fix = "train on a library of MIDI files: songscape ingest DIR --library L"});
  at::Tensor counts = at::bincount(ids, {}, kVocabularySize).to(at::kFloat);
  counts[to_token(TokenKind::pad)] = 0;
  decoder_.start_at(counts);
  n_train_.tensor().fill_(static_cast<double>(n_train));
}

at::Tensor MusicTransformer::sample_prior(int64_t n, Pass& pass) { return prior_.sample(n, pass.noise).to(device()); }

std::shared_ptr<const StepperWeights> MusicTransformer::stepper_weights(RowPrecision precision) const {
  return std::make_shared<const StepperWeights>(decoder_, precision);
}

std::vector<std::vector<std::vector<float>>> MusicTransformer::skipped_of(const at::Tensor& x) {
  const at::NoGradGuard no_grad;
  if (!config_.skips || !encoder_) return {};
  const TokenEncoder::Result seen = encoded(tokens_of(x.flatten(1), music_token_names(), config_.bars), Pass{});
  std::vector<std::vector<std::vector<float>>> rows(static_cast<size_t>(x.size(0)));
  for (const at::Tensor& layer : seen.skipped) {
    const at::Tensor values = layer.cpu().contiguous();
    const auto* v = values.const_data_ptr<float>();
    for (size_t i = 0; i < rows.size(); ++i, v += values.size(1)) rows[i].emplace_back(v, v + values.size(1));
  }
  return rows;
}

at::Tensor MusicTransformer::decode(const at::Tensor& z, Pass&) {
  const auto weights = stepper_weights(RowPrecision::f32);
  const int64_t n = z.size(0), n_tokens = config_.input_shape.front();
  const at::Tensor places = z.detach().to(at::kCPU, at::kFloat).contiguous();
  at::Tensor rows = at::zeros({n, n_tokens}, at::kFloat);
  const SamplingOptions options{.n_bars = config_.bars, .max_tokens = n_tokens};
  const std::array prompt{to_token(TokenKind::bos)};
  for_units(n, [&](int64_t i) {
    StepTeam alone(1);
    Random unused(0);
    const std::span<const float> own{places.const_data_ptr<float>() + i * z.size(1), static_cast<size_t>(z.size(1))};
    const GeneratedMusic music = generate_music(weights, config_.language_model ? std::span<const float>() : own,
                                                prompt, options, alone, unused);
    std::ranges::copy(music.tokens, rows.mutable_data_ptr<float>() + i * n_tokens);
  });
  return rows.to(z.device());
}

}  // namespace songscape
