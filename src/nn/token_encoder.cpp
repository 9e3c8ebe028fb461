#include "nn/token_encoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace songscape {

TokenEmbedding::TokenEmbedding(const Scope& scope, const TokenCoderOptions& options)
    : token_(scope / "token", options.n_vocabulary, options.layers.d_model) {
  if (!options.structure) return;
  bar_.emplace(scope / "bar", options.layout.n_bars, options.layers.d_model);
  position_.emplace(scope / "position", options.n_positions, options.layers.d_model);
}

at::Tensor TokenEmbedding::operator()(const TokenBatch& tokens) const {
  at::Tensor h = token_(tokens.ids);
  if (bar_) h = h + (*bar_)(tokens.bar) + (*position_)(tokens.position);
  return h;
}

TokenEncoder::TokenEncoder(const Scope& scope, const TokenCoderOptions& options, const LatentsConfig& latents)
    : layout_(options.layout),
      embedding_(scope / "embedding", options),
      last_norm_(scope / "last_norm", options.layers.d_model) {
  const int64_t width = options.layers.d_model;
  for (int64_t i = 0; i < options.layers.n_layers; ++i)
    layers_.emplace_back(scope / std::to_string(i), options.layers, options.activation, 0);
  const auto level = [&](const char* name, int64_t n) {
    const SegmentPool pool(scope / name / "pool", width, latents.n_queries);
    return Level{pool, LatentHead(scope / name, pool.n_out(), n, latents)};
  };
  for (int64_t i = 0; layout_.piece > 0 && i < layout_.n_levels; ++i)
    levels_.push_back(level(kLevelNames[i], layout_.level_size()));
  if (layout_.per_bar > 0) bars_.emplace(level("bar", layout_.per_bar));
}

Posterior TokenEncoder::of_bars(const at::Tensor& h, const TokenBatch& tokens, const Pass& pass) const {
  const int64_t n = tokens.n_sequences() * layout_.n_bars;
  const at::Tensor segment = tokens.sequence * layout_.n_bars + tokens.bar;
  const at::Tensor n_tokens = at::zeros({n}, at::TensorOptions(at::kFloat).device(h.device()))
                                  .index_add(0, segment, at::ones({tokens.n_tokens()}, h.options().dtype(at::kFloat)));
  const at::Tensor present = n_tokens.nonzero().flatten();
  const Posterior q = bars_->head(bars_->pool(h, segment, n).index_select(0, present), pass);
  const auto placed = [&](const at::Tensor& x) {
    return at::zeros({n, layout_.per_bar}, x.options())
        .index_copy(0, present, x)
        .view({tokens.n_sequences(), layout_.n_bars * layout_.per_bar});
  };
  return {placed(q.mean), placed(q.log_var)};
}

TokenEncoder::Result TokenEncoder::operator()(const TokenBatch& tokens, const at::Tensor& rotary, bool with_skips,
                                              const Pass& pass) const {
  Result result;
  at::Tensor h = embedding_(tokens);
  for (const TransformerLayer& layer : layers_) {
    h = layer(h, tokens, rotary, /*is_causal=*/false);
    if (!with_skips) continue;
    const at::Tensor sum = at::zeros({tokens.n_sequences(), h.size(1)}, h.options()).index_add(0, tokens.sequence, h);
    const at::Tensor n = sums_of_sequences(at::ones({tokens.n_tokens()}, h.options()), tokens);
    result.skipped.push_back(sum / n.unsqueeze(1));
  }
  h = last_norm_(h);
  std::vector<at::Tensor> means, log_vars;
  const auto add = [&](const Posterior& q) {
    means.push_back(q.mean);
    log_vars.push_back(q.log_var);
  };
  for (const Level& level : levels_) add(level.head(level.pool(h, tokens.sequence, tokens.n_sequences()), pass));
  if (bars_) add(of_bars(h, tokens, pass));
  result.posterior = {at::cat(means, 1), at::cat(log_vars, 1)};
  return result;
}

std::vector<at::Tensor> TokenEncoder::mean_weights() const {
  std::vector<at::Tensor> weights;
  for (const Level& level : levels_) weights.push_back(level.head.to_mean().weight);
  if (bars_) weights.push_back(bars_->head.to_mean().weight);
  return weights;
}

}  // namespace songscape
