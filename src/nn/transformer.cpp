#include "nn/transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/layer_norm.h>

#include <cmath>

#include "core/error.h"
#include "nn/activation.h"

namespace songscape {
namespace {

const TransformerConfig& checked(const TransformerConfig& config) {
  if (config.d_model % (2 * config.n_heads) == 0) return config;
  fail(ExitCode::usage, {.what = "a head does not have an even number of values",
                         .where = "d_model, n_heads",
                         .seen = std::to_string(config.d_model) + " values among " + std::to_string(config.n_heads) +
                                 (config.n_heads == 1 ? " head" : " heads"),
                         .wanted = "d_model a multiple of 2 n_heads",
                         .fix = {}});
}

}  // namespace

LayerNorm::LayerNorm(const Scope& scope, int64_t n)
    : weight(scope.constant("weight", {n}, 1)), bias(scope.constant("bias", {n}, 0)) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, {x.size(-1)}, weight, bias, kNormEpsilon);
}

TransformerLayer::TransformerLayer(const Scope& scope, const TransformerConfig& config, const std::string& activation,
                                   int64_t n_condition)
    : n_heads_(checked(config).n_heads),
      activation_(activation),
      attention_norm_(scope / "attention_norm", config.d_model),
      feed_norm_(scope / "feed_norm", config.d_model),
      to_qkv_(scope / "to_qkv", config.d_model, 3 * config.d_model),
      from_heads_(scope / "from_heads", config.d_model, config.d_model),
      to_hidden_(scope / "to_hidden", config.d_model, config.d_ff),
      from_hidden_(scope / "from_hidden", config.d_ff, config.d_model) {
  if (n_condition == 0) return;
  adapt_attention_.emplace(scope / "adapt_attention", n_condition, 2 * config.d_model);
  adapt_feed_.emplace(scope / "adapt_feed", n_condition, 2 * config.d_model);
}

at::Tensor TransformerLayer::adapted(const at::Tensor& x, const at::Tensor& condition, const Linear& to_scale_shift) {
  const at::Tensor both = to_scale_shift(condition);
  const int64_t width = x.size(1);
  return x * (both.narrow(1, 0, width) + 1) + both.narrow(1, width, width);
}

LayerTensors TransformerLayer::tensors() const {
  const auto of = [](const auto& layer) { return WeightAndBias{layer.weight, layer.bias}; };
  const auto of_adapt = [&](const std::optional<Linear>& adapt) { return adapt ? of(*adapt) : WeightAndBias{}; };
  return {
      of(attention_norm_),        of(feed_norm_),       of(to_qkv_), of(from_heads_), of(to_hidden_), of(from_hidden_),
      of_adapt(adapt_attention_), of_adapt(adapt_feed_)};
}

at::Tensor TransformerLayer::operator()(const at::Tensor& h, const TokenBatch& tokens, const at::Tensor& rotary,
                                        bool is_causal, const at::Tensor& condition) const {
  if (takes_transformer_step(h, to_hidden_.weight.size(0), n_heads_, activation_))
    return transformer_step(h, condition, tensors(), tokens, rotary,
                            {{n_heads_, is_causal}, activation_ == "relu" ? 0.0 : kLeakySlope});
  at::Tensor x = attention_norm_(h);
  if (adapt_attention_) x = adapted(x, condition, *adapt_attention_);
  const at::Tensor seen = token_attention(to_qkv_(x), tokens, rotary, {n_heads_, is_causal});
  const at::Tensor middle = h + from_heads_(seen);
  x = feed_norm_(middle);
  if (adapt_feed_) x = adapted(x, condition, *adapt_feed_);
  return middle + from_hidden_(activate(to_hidden_(x), activation_));
}

TokenTable::TokenTable(const Scope& scope, int64_t n, int64_t width)
    : weight(scope.uniform("weight", {n, width}, std::sqrt(3.0 / static_cast<double>(width)))) {}

at::Tensor TokenTable::operator()(const at::Tensor& ids) const { return at::embedding(weight, ids); }

}  // namespace songscape
