#include "models/multimodal_vae.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "core/text.h"
#include "nn/frame_mask.h"
#include "nn/frame_pool.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

constexpr int64_t kMelBands = 128;
constexpr int64_t kFlags = 2;
constexpr double kSmallestScale = 1e-6;  // below this a feature is constant

int64_t row_size(const MultimodalVaeConfig& config) {
  int64_t n = 1;
  for (const int64_t d : config.input_shape) n *= d;
  return n;
}

// Values of the audio part.
int64_t n_audio_values(const MultimodalVaeConfig& config) {
  const int64_t n = row_size(config) - config.n_text - kFlags;
  const bool is_mel = config.audio == "mel";
  if (n >= 1 && (!is_mel || n % kMelBands == 0)) return n;
  fail(ExitCode::usage, {.what = "the rows do not hold audio, text and two flags",
                         .where = "input_shape",
                         .seen = std::to_string(row_size(config)) + " values, n_text " + std::to_string(config.n_text),
                         .wanted = is_mel ? "a multiple of 128 values of audio" : "at least one value of audio",
                         .fix = "multimodal_vae trains on a library: give --library L"});
}

// From n_in values on, {n_in, hidden…}.
std::vector<int64_t> widths(const MultimodalVaeConfig& config, int64_t n_in) {
  std::vector<int64_t> sizes{n_in};
  sizes.insert(sizes.end(), static_cast<size_t>(config.n_hidden), config.hidden_dim);
  return sizes;
}

const MultimodalVaeConfig& checked(const MultimodalVaeConfig& config) {
  if (config.conditional && config.n_classes < 2)
    fail(ExitCode::usage, {.what = "a conditional model needs a condition of at least two classes",
                           .where = "n_classes",
                           .seen = std::to_string(config.n_classes),
                           .wanted = {},
                           .fix = "train it with --condition COLUMN"});
  if (config.layers == "conv" && config.audio == "mel")
    fail(ExitCode::usage, {.what = "these convolutions are along features, not mels",
                           .where = "layers",
                           .seen = "conv, and audio mel",
                           .wanted = "layers fc, or audio features",
                           .fix = {}});
  return config;
}

// Values by which a class is told.
int64_t n_told(const MultimodalVaeConfig& config) { return config.conditional ? config.embedding_dim : 0; }

FcStack::Options layer_options(const MultimodalVaeConfig& config) {
  return {config.activation, config.norm, config.dropout};
}

// Rows of a mask that are not 0.
at::Tensor places_of(const at::Tensor& has) { return has.nonzero().flatten(); }

}  // namespace

MultimodalVae::Part MultimodalVae::make_part(const Scope& scope, int64_t first, int64_t n_bands, int64_t n_frames,
                                             int64_t frame_pool) const {
  const int64_t n_values = n_bands * n_frames, n_pooled = n_bands * n_pooled_frames(n_frames, frame_pool);
  std::optional<FeatureConv> conv;
  std::optional<FeatureConvTranspose> to_features;
  if (config_.layers == "conv") {
    conv.emplace(scope / "conv", n_pooled, config_.channels, config_.activation);
    to_features.emplace(scope / "to_features", n_pooled, config_.channels, config_.activation);
  }
  const std::vector<int64_t> decoder = widths(config_, config_.latent_dim + n_told(config_));
  Part part{.first = first,
            .n_values = n_values,
            .n_bands = n_bands,
            .n_frames = n_frames,
            .frame_pool = frame_pool,
            .n_seen = conv ? conv->n_out() : n_pooled,
            .conv = std::move(conv),
            .encoder = {},
            .head = {},
            .decoder = FcStack(scope / "decoder", decoder, layer_options(config_)),
            .to_values = Linear(scope / "to_values", decoder.back(), to_features ? to_features->n_in() : n_pooled),
            .to_features = std::move(to_features),
            .mean = scope.buffer("mean", {n_values}, 0),
            .scale = scope.buffer("scale", {n_values}, 1)};
  if (config_.fusion != "concat") {
    const std::vector<int64_t> encoder = widths(config_, part.n_seen + n_told(config_));
    part.encoder.emplace(scope / "encoder", encoder, layer_options(config_));
    part.head.emplace(scope, encoder.back(), config_.latent_dim, config_.initial_log_var);
  }
  return part;
}

MultimodalVae::MultimodalVae(const MultimodalVaeConfig& config, uint64_t seed) : config_(checked(config)) {
  const Scope root{tensors_, seed};
  const int64_t n_audio = n_audio_values(config);
  const bool is_mel = config.audio == "mel";
  if (config.conditional) classes_.emplace(root, config.n_classes, config.embedding_dim);
  parts_.push_back(is_mel ? make_part(root / "audio", 0, kMelBands, n_audio / kMelBands, config.frame_pool)
                          : make_part(root / "audio", 0, n_audio, 1, 1));
  parts_.push_back(make_part(root / "text", n_audio, config.n_text, 1, 1));
  if (config.fusion == "concat") {
    int64_t n_seen = static_cast<int64_t>(kParts) + n_told(config);
    for (const Part& p : parts_) n_seen += p.n_seen;
    const std::vector<int64_t> sizes = widths(config, n_seen);
    joint_encoder_.emplace(root / "joint" / "encoder", sizes, layer_options(config));
    joint_head_.emplace(root / "joint", sizes.back(), config.latent_dim, config.initial_log_var);
  }
  const char* const names[] = {"both", "audio", "text"};
  for (const char* from : names) {
    likelihoods_.emplace_back();
    for (size_t m = 0; m < kParts; ++m)
      likelihoods_.back().emplace_back(root / "likelihood" / from / (m == kAudio ? "audio" : "text"), config.likelihood,
                                       parts_[m].n_values);
  }
}

MultimodalVae::Parts MultimodalVae::parts_of(const at::Tensor& x, const at::Tensor& n_valid_frames) const {
  const at::Tensor rows = x.flatten(1);
  check(rows.size(1) == row_size(config_), "rows are those of data/song_source.h");
  Parts parts;
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    parts.has[m] =
        (rows.select(1, parts_[kText].first + parts_[kText].n_values + static_cast<int64_t>(m)) > .5).to(at::kFloat);
    parts.values[m] = (rows.narrow(1, p.first, p.n_values) - p.mean) / p.scale * parts.has[m].unsqueeze(1);
  }
  if (config_.audio == "mel" && n_valid_frames.defined())
    parts.n_valid_frames = n_valid_frames.clamp(1, parts_[kAudio].n_frames);
  return parts;
}

at::Tensor MultimodalVae::seen_of(const Part& p, const at::Tensor& values) const {
  const at::Tensor pooled = pool_frames(values.view({-1, p.n_bands, p.n_frames}), p.frame_pool).flatten(1);
  return p.conv ? (*p.conv)(pooled) : pooled;
}

at::Tensor MultimodalVae::with_class(const at::Tensor& h, const Pass& pass) const {
  return classes_ ? at::cat({h, (*classes_)(pass.labels, h.size(0))}, 1) : h;
}

Posterior MultimodalVae::posterior_of(const Parts& parts, From from, Pass& pass) const {
  std::vector<PartPosterior> found;
  std::vector<at::Tensor> seen, flags;
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    const bool is_told = from == From::both || (from == From::audio) == (m == kAudio);
    const at::Tensor has = is_told ? parts.has[m] : at::zeros_like(parts.has[m]);
    if (joint_encoder_) {
      seen.push_back(seen_of(p, is_told ? parts.values[m] : at::zeros_like(parts.values[m])));
      flags.push_back(has.unsqueeze(1));
    } else if (is_told) {
      const at::Tensor h = with_class(seen_of(p, parts.values[m]), pass);
      found.push_back({(*p.head)((*p.encoder)(h, pass)), has});
    }
  }
  if (joint_encoder_) {
    seen.insert(seen.end(), flags.begin(), flags.end());
    return (*joint_head_)((*joint_encoder_)(with_class(at::cat(seen, 1), pass), pass));
  }
  if (config_.fusion == "poe") return product_of_experts(found);
  return moments_of_mixture(found);
}

at::Tensor MultimodalVae::decode_part(const Part& p, const at::Tensor& z, Pass& pass) const {
  at::Tensor values = p.to_values(p.decoder(with_class(z, pass), pass));
  if (p.to_features) values = (*p.to_features)(activate(values, config_.activation));
  values = values.to(at::kFloat);
  return unpool_frames(values.view({z.size(0), p.n_bands, -1}), p.frame_pool, p.n_frames).flatten(1);
}

Posterior MultimodalVae::encode(const at::Tensor& x, Pass& pass) {
  if (classes_ && !pass.labels.defined()) pass.labels = class_log_scores(x, pass).argmax(1);
  return posterior_of(parts_of(x, {}), From::both, pass);
}

at::Tensor MultimodalVae::decode(const at::Tensor& z, Pass& pass) {
  std::vector<at::Tensor> row;
  for (const Part& p : parts_) row.push_back(decode_part(p, z, pass) * p.scale + p.mean);
  row.push_back(at::ones({z.size(0), kFlags}, row.front().options()));
  std::vector<int64_t> shape = config_.input_shape;
  shape.insert(shape.begin(), z.size(0));
  return at::cat(row, 1).reshape(shape);
}

at::Tensor MultimodalVae::log_score_of_class(const Parts& parts, int64_t y) {
  Pass pass{.labels = at::full({parts.has[kAudio].size(0)}, y, parts.has[kAudio].options().dtype(at::kLong))};
  const Posterior q = posterior_of(parts, From::both, pass);
  at::Tensor score = classes_->log_frequency()[y] - config_.loss.beta * kl_per_dim(q).sum(1);
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    const std::vector<int64_t> shape{-1, p.n_bands, p.n_frames};
    const at::Tensor nats = likelihoods_[static_cast<size_t>(From::both)][m](
                                parts.values[m].view(shape), decode_part(p, q.mean, pass).view(shape),
                                m == kAudio ? parts.n_valid_frames : at::Tensor(), /*is_training=*/false)
                                .nats;
    score = score - (m == kAudio ? config_.audio_weight : config_.text_weight) * parts.has[m] * nats;
  }
  return score;
}

at::Tensor MultimodalVae::class_log_scores(const at::Tensor& x, Pass&) {
  check(classes_.has_value(), "the model has a condition");
  at::NoGradGuard no_grad;
  const Parts parts = parts_of(x, {});
  std::vector<at::Tensor> scores;
  for (int64_t y = 0; y < classes_->n_classes(); ++y) scores.push_back(log_score_of_class(parts, y));
  return at::log_softmax(at::stack(scores, 1), 1);
}

at::Tensor MultimodalVae::sample_prior(int64_t n, Pass& pass) {
  if (classes_ && !pass.labels.defined()) pass.labels = classes_->draw(n, pass.noise);
  return Vae::sample_prior(n, pass);
}

at::Tensor MultimodalVae::mse_of(const Parts& parts, const std::array<at::Tensor, kParts>& told) const {
  at::Tensor squares, counts;
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    const std::vector<int64_t> shape{-1, p.n_bands, p.n_frames};
    const at::Tensor x = parts.values[m].view(shape);
    const at::Tensor n_valid = m == kAudio ? parts.n_valid_frames : at::Tensor();
    const at::Tensor count = n_valid_values(n_valid, x) * parts.has[m];
    const at::Tensor own = song_mse(x, told[m].view(shape), n_valid) * count;
    squares = squares.defined() ? squares + own : own;
    counts = counts.defined() ? counts + count : count;
  }
  return (squares / counts.clamp_min(1)).detach();
}

at::Tensor MultimodalVae::song_errors(const Batch& batch, const at::Tensor& x_hat) const {
  const Parts parts = parts_of(batch.x, batch.n_valid_frames);
  std::array<at::Tensor, kParts> told;
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    told[m] = (x_hat.flatten(1).narrow(1, p.first, p.n_values) - p.mean) / p.scale;
  }
  return mse_of(parts, told);
}

MultimodalVae::Told MultimodalVae::tell(const Parts& parts, const Posterior& q, From from, Pass& pass) {
  const at::Tensor z = sample(q, pass.noise);
  Told told;
  std::array<at::Tensor, kParts> values;
  for (size_t m = 0; m < kParts; ++m) {
    const Part& p = parts_[m];
    values[m] = decode_part(p, z, pass);
    const at::Tensor places = places_of(parts.has[m]);
    told.nats[m] = at::zeros({z.size(0)}, values[m].options());
    if (places.numel() == 0) continue;
    const auto some = [&](const at::Tensor& x) { return x.index_select(0, places).view({-1, p.n_bands, p.n_frames}); };
    const at::Tensor n_valid =
        m == kAudio && parts.n_valid_frames.defined() ? parts.n_valid_frames.index_select(0, places) : at::Tensor();
    const Likelihood::Result result =
        likelihoods_[static_cast<size_t>(from)][m](some(parts.values[m]), some(values[m]), n_valid, pass.is_training);
    told.nats[m] = told.nats[m].index_copy(0, places, result.nats);
  }
  told.kl = kl_per_dim(q);
  told.mse = mse_of(parts, values);
  return told;
}

VaeLoss MultimodalVae::loss_of_mixture(const Parts& parts, double beta, Pass& pass) {
  const at::Tensor n_parts = (parts.has[kAudio] + parts.has[kText]).clamp_min(1);
  std::array<at::Tensor, kParts> nats;
  at::Tensor kl, mse;
  const auto add = [](at::Tensor& sum, const at::Tensor& value) { sum = sum.defined() ? sum + value : value; };
  for (const From from : {From::audio, From::text}) {
    const at::Tensor share = parts.has[from == From::audio ? kAudio : kText] / n_parts;  // [batch]
    const Told told = tell(parts, posterior_of(parts, from, pass), from, pass);
    for (size_t m = 0; m < kParts; ++m) add(nats[m], share * told.nats[m]);
    add(kl, share.unsqueeze(1) * told.kl);
    add(mse, share * told.mse);
  }
  const int64_t n = mse.size(0);
  VaeLoss loss;
  loss.terms = {{"audio", nats[kAudio].mean(), config_.audio_weight, n},
                {"text", nats[kText].mean(), config_.text_weight, n},
                {"kl", kl.sum(1).mean(), beta, n}};
  loss.mse = mse;
  loss.kl_per_dim = kl.detach();
  return loss;
}

VaeLoss MultimodalVae::loss(const Batch& batch, double beta, Pass& pass) {
  if (classes_) {
    classes_->check_labels(batch.labels, batch.size());
    pass.labels = batch.labels;
  }
  const Parts parts = parts_of(batch.x, batch.n_valid_frames);
  const Posterior q = posterior_of(parts, From::both, pass);
  const int64_t n = batch.size();
  VaeLoss loss;
  if (config_.fusion == "mixture") {
    loss = loss_of_mixture(parts, beta, pass);
  } else {
    const Told told = tell(parts, q, From::both, pass);
    loss.terms = {{"audio", told.nats[kAudio].mean(), config_.audio_weight, n},
                  {"text", told.nats[kText].mean(), config_.text_weight, n},
                  {"kl", told.kl.sum(1).mean(), beta, n}};
    loss.mse = told.mse;
    loss.kl_per_dim = told.kl.detach();
    if (config_.single_parts > 0) {
      at::Tensor nats, kl;
      for (const From from : {From::audio, From::text}) {
        const at::Tensor has = parts.has[from == From::audio ? kAudio : kText] / static_cast<double>(kParts);
        const Told alone = tell(parts, posterior_of(parts, from, pass), from, pass);
        const at::Tensor own =
            (has * (config_.audio_weight * alone.nats[kAudio] + config_.text_weight * alone.nats[kText])).mean();
        const at::Tensor own_kl = (has * alone.kl.sum(1)).mean();
        nats = nats.defined() ? nats + own : own;
        kl = kl.defined() ? kl + own_kl : own_kl;
      }
      loss.terms.push_back({"single_parts", nats, config_.single_parts, n});
      loss.terms.push_back({"single_parts_kl", kl, config_.single_parts * beta, n});
    }
  }
  if (config_.loss.free_bits > 0)
    loss.terms.push_back({"free_bits", free_bits_shortfall(kl_per_dim(q), config_.loss.free_bits), beta, n});
  loss.total = total_of(loss.terms);
  loss.posterior = {q.mean.detach(), q.log_var.detach()};
  return loss;
}

void MultimodalVae::prepare(const Batch& sample, int64_t) {
  at::NoGradGuard no_grad;
  if (classes_) classes_->measure(sample.labels);
  const Parts parts = parts_of(sample.x, sample.n_valid_frames);
  const at::Tensor rows = sample.x.flatten(1);
  for (size_t m = 0; m < kParts; ++m) {
    Part& p = parts_[m];
    const at::Tensor places = places_of(parts.has[m]);
    if (places.numel() < 2) continue;
    const at::Tensor x = rows.narrow(1, p.first, p.n_values).index_select(0, places);
    p.mean.copy_(x.mean(0));
    if (m == kText) {
      p.scale.fill_(std::max(kSmallestScale, x.var(0, /*unbiased=*/false).mean().sqrt().item<double>()));
    } else if (config_.audio == "features") {
      const at::Tensor deviation = x.std(0, /*unbiased=*/false);
      p.scale.copy_(deviation.masked_fill(deviation < kSmallestScale, 1));
    }
  }
}

}  // namespace songscape
