#include "nn/token_decoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/softmax.h>

#include "core/error.h"

namespace songscape {

TokenDecoder::TokenDecoder(const Scope& scope, const TokenCoderOptions& options, const ConditioningConfig& conditioning,
                           const Skips& skips)
    : layout_(options.layout),
      conditioning_(conditioning),
      embedding_(scope / "embedding", options),
      last_norm_(scope / "last_norm", options.layers.d_model),
      to_logits_(scope / "to_logits", options.layers.d_model, options.n_vocabulary) {
  const int64_t n_told = layout_.condition_size(), width = options.layers.d_model;
  const bool is_adaptive = n_told > 0 && conditioning.kind == "adaptive";
  if (n_told > 0) from_z_.emplace(scope / "from_z", n_told, width);
  for (int64_t i = 0; i < options.layers.n_layers; ++i) {
    const Scope own = scope / std::to_string(i);
    layers_.emplace_back(own, options.layers, options.activation, is_adaptive ? n_told : 0);
    if (n_told > 0 && conditioning.kind == "add") from_z_of_layer_.emplace_back(own / "from_z", n_told, width);
    if (i < skips.n_layers) from_skipped_.emplace_back(own / "from_skipped", skips.width, width);
  }
  if (conditioning.position_aware && layout_.piece > 0 && layout_.n_levels > 1) {
    level_of_bar_.emplace(scope / "level_of_bar", layout_.n_bars, layout_.n_levels);
    level_of_position_.emplace(scope / "level_of_position", options.n_positions, layout_.n_levels);
  }
}

at::Tensor TokenDecoder::condition_of(const TokenBatch& tokens, const at::Tensor& z) const {
  check(z.size(1) == layout_.size(), "z has the latent variables of the layout");
  std::vector<at::Tensor> parts;
  if (layout_.piece > 0) {
    at::Tensor of_piece = z.narrow(1, 0, layout_.piece).index_select(0, tokens.sequence);
    if (level_of_bar_) {
      const at::Tensor weight = at::softmax((*level_of_bar_)(tokens.bar) + (*level_of_position_)(tokens.position), 1) *
                                static_cast<double>(layout_.n_levels);
      of_piece = (of_piece.view({-1, layout_.n_levels, layout_.level_size()}) * weight.unsqueeze(2)).flatten(1);
    }
    parts.push_back(of_piece);
  }
  if (layout_.per_bar > 0)
    parts.push_back(z.narrow(1, layout_.piece, layout_.n_bars * layout_.per_bar)
                        .reshape({-1, layout_.per_bar})
                        .index_select(0, tokens.sequence * layout_.n_bars + tokens.bar));
  return at::cat(parts, 1);
}

at::Tensor TokenDecoder::hidden(const TokenBatch& tokens, const Told& told, const at::Tensor& rotary) const {
  at::Tensor h = embedding_(tokens), condition;
  if (from_z_) {
    condition = condition_of(tokens, told.z);
    h = h + (*from_z_)(condition);
  }
  const bool is_adaptive = from_z_ && conditioning_.kind == "adaptive";
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (!from_z_of_layer_.empty()) h = h + from_z_of_layer_[i](condition);
    if (i < from_skipped_.size() && !told.skipped.empty())
      h = h + from_skipped_[i](told.skipped[i]).index_select(0, tokens.sequence);
    h = layers_[i](h, tokens, rotary, /*is_causal=*/true, is_adaptive ? condition : at::Tensor());
  }
  return h;
}

at::Tensor TokenDecoder::operator()(const TokenBatch& tokens, const Told& told, const at::Tensor& rotary) const {
  return to_logits_(last_norm_(hidden(tokens, told, rotary)));
}

NextTokenNats TokenDecoder::nats(const NextTokens& next, const Told& told, const at::Tensor& rotary) const {
  const at::Tensor h = hidden(next.input, told, rotary);
  if (takes_next_token_step(h))
    return next_token_step(h, {last_norm_.weight, last_norm_.bias}, {to_logits_.weight, to_logits_.bias}, next.target);
  const at::Tensor logits = to_logits_(last_norm_(h)).to(at::kFloat);
  return {at::cross_entropy_loss(logits, next.target, {}, at::Reduction::None), logits.detach().argmax(1)};
}

void TokenDecoder::start_at(const at::Tensor& counts) {
  const at::NoGradGuard no_grad;
  to_logits_.bias.copy_(((counts + 1) / (counts + 1).sum()).log());
}

}  // namespace songscape
