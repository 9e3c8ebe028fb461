#include "nn/token_discriminator.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr double kSlope = .2;  // of leaky ReLU, as in most such adversaries
constexpr double kLeastNorm = 1e-12;

at::Tensor unit(const at::Tensor& v) { return v / v.norm().clamp_min(kLeastNorm); }

// Each token with the one before and the one after it, zeros at a sequence's ends: [n, 3 width].
at::Tensor with_neighbours(const at::Tensor& h, const TokenBatch& tokens) {
  const at::Tensor first = (tokens.place == 0).unsqueeze(1);
  const at::Tensor none = at::zeros({1, h.size(1)}, h.options());
  const at::Tensor before = at::cat({none, h.slice(0, 0, h.size(0) - 1)}).masked_fill(first, 0);
  const at::Tensor last = at::cat({first.slice(0, 1), first.new_ones({1, 1})});
  const at::Tensor after = at::cat({h.slice(0, 1), none}).masked_fill(last, 0);
  return at::cat({before, h, after}, 1);
}

at::Tensor means_of(const at::Tensor& h, const at::Tensor& segment, int64_t n) {
  const at::Tensor count = at::zeros({n}, h.options()).index_add(0, segment, at::ones({h.size(0)}, h.options()));
  return at::zeros({n, h.size(1)}, h.options()).index_add(0, segment, h) / count.clamp_min(1).unsqueeze(1);
}

at::Tensor mean_over_scales(const std::vector<at::Tensor>& values) {
  at::Tensor sum = values.front();
  for (size_t i = 1; i < values.size(); ++i) sum = sum + values[i];
  return sum / static_cast<double>(values.size());
}

}  // namespace

SpectralLinear::SpectralLinear(const Scope& scope, int64_t n_in, int64_t n_out)
    : linear(scope, n_in, n_out),
      direction(scope.buffer("direction", {n_out}, 1 / std::sqrt(static_cast<double>(n_out)))) {}

at::Tensor SpectralLinear::operator()(const at::Tensor& x, bool moves, bool is_detached) const {
  const at::Tensor weight = is_detached ? linear.weight.detach() : linear.weight;
  const at::Tensor bias = is_detached ? linear.bias.detach() : linear.bias;
  at::Tensor right, left = direction;
  {
    const at::NoGradGuard no_grad;
    right = unit(at::mv(linear.weight.t(), direction));
    if (moves) direction.copy_(unit(at::mv(linear.weight, right)));
    left = direction.clone();
  }
  const at::Tensor sigma = left.dot(at::mv(weight, right)).clamp_min(kLeastNorm);
  return at::linear(x, weight / sigma, bias);
}

TokenDiscriminator::TokenDiscriminator(const Scope& scope, const GanConfig& config, int64_t n_vocabulary)
    : config_(config), embed_(scope / "embed", n_vocabulary, config.embedding_dim) {
  const char* const names[] = {"note", "phrase", "piece"};
  int64_t n_in = 3 * config.embedding_dim;
  for (const char* name : names) {
    hidden_.emplace_back(scope / name / "hidden", n_in, config.width);
    out_.emplace_back(scope / name / "out", config.width, 1);
    n_in = config.width;
  }
}

TokenDiscriminator::Opinion TokenDiscriminator::operator()(const at::Tensor& one_hot, const TokenBatch& tokens,
                                                           bool moves, bool is_detached) const {
  const Autocast in_f32(false);
  Opinion opinion;
  const auto judge = [&](size_t scale, const at::Tensor& seen) {
    const at::Tensor features = at::leaky_relu(hidden_[scale](seen, moves, is_detached), kSlope);
    opinion.features.push_back(features);
    opinion.scores.push_back(out_[scale](features, moves, is_detached).squeeze(1));
    return features;
  };
  const at::Tensor notes = judge(0, with_neighbours(embed_(one_hot, moves, is_detached), tokens));
  const int64_t n_phrases = (tokens.longest() + config_.phrase_tokens - 1) / config_.phrase_tokens;
  const at::Tensor phrase = tokens.sequence * n_phrases + tokens.place.div(config_.phrase_tokens, "floor");
  const at::Tensor is_there =
      at::zeros({tokens.n_sequences() * n_phrases}, notes.options()).index_fill(0, phrase, 1).nonzero().flatten();
  const at::Tensor phrases =
      judge(1, means_of(notes, phrase, tokens.n_sequences() * n_phrases).index_select(0, is_there));
  judge(2, means_of(phrases, is_there.div(n_phrases, "floor"), tokens.n_sequences()));
  return opinion;
}

at::Tensor discriminator_loss(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made) {
  std::vector<at::Tensor> losses;
  for (size_t i = 0; i < real.scores.size(); ++i)
    losses.push_back(at::relu(1 - real.scores[i]).mean() + at::relu(1 + made.scores[i]).mean());
  return mean_over_scales(losses);
}

at::Tensor generator_loss(const TokenDiscriminator::Opinion& made) {
  std::vector<at::Tensor> losses;
  for (const at::Tensor& scores : made.scores) losses.push_back(-scores.mean());
  return mean_over_scales(losses);
}

at::Tensor feature_distance(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made) {
  std::vector<at::Tensor> distances;
  for (size_t i = 0; i < real.features.size(); ++i)
    distances.push_back((real.features[i].detach().mean(0) - made.features[i].mean(0)).abs().mean());
  return mean_over_scales(distances);
}

at::Tensor discriminator_accuracy(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> shares;
  for (size_t i = 0; i < real.scores.size(); ++i)
    shares.push_back(((real.scores[i] > 0).to(at::kFloat).mean() + (made.scores[i] <= 0).to(at::kFloat).mean()) / 2);
  return mean_over_scales(shares);
}

at::Tensor straight_through_sample(const at::Tensor& logits, double temperature, at::Generator& noise) {
  const at::Tensor uniform = uniform_noise(logits.sizes(), 1e-9, 1, noise, logits.device());
  const at::Tensor soft = at::softmax((logits - (-uniform.log()).clamp_min(1e-9).log()) / temperature, 1);
  const at::Tensor hard = at::zeros_like(soft).scatter(1, soft.argmax(1, /*keepdim=*/true), 1);
  return hard + soft - soft.detach();
}

}  // namespace songscape
