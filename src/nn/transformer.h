// Transformer layers over token sequences laid end to end, normalised before each half (Xiong et al. 2020, "On layer
// normalization in the transformer architecture"), with rotary positions:
//   h ← h + W_o attention(W_qkv norm(h)),  h ← h + W_2 f(W_1 norm(h))
// Each norm may be adapted by a vector c of each token: (1 + γ(c)) norm(h) + δ(c), with γ and δ linear in c (Perez et
// al. 2018, "FiLM: visual reasoning with a general conditioning layer").
#pragma once

#include <optional>
#include <vector>

#include "core/config.h"
#include "nn/layers.h"
#include "nn/token_attention.h"
#include "nn/transformer_step.h"

namespace songscape {

struct TransformerConfig {
  int64_t n_layers = 4;
  int64_t d_model = 256;
  int64_t n_heads = 4;
  int64_t d_ff = 1024;
  template <class V>
  void visit(V& v) {
    v("n_layers", n_layers, "transformer layers", Range{1, 256});
    v("d_model", d_model, "values of a token between layers", Range{2, 65536});
    v("n_heads", n_heads, "attention heads; each has d_model / n_heads values, an even number", Range{1, 1024});
    v("d_ff", d_ff, "hidden values of each layer's second half", Range{1, 262144});
  }
  bool operator==(const TransformerConfig&) const = default;
};

// Over the last axis.  Ba, Kiros & Hinton 2016, "Layer normalization".
struct LayerNorm {
  at::Tensor weight, bias;
  LayerNorm(const Scope& scope, int64_t n);
  // x: [n, width] f32 → of bf16 within an Autocast, else f32
  at::Tensor operator()(const at::Tensor& x) const;
};

class StepperWeights;

class TransformerLayer {
 public:
  // n_condition: values of c; 0: the norms are not adapted.
  TransformerLayer(const Scope& scope, const TransformerConfig& config, const std::string& activation,
                   int64_t n_condition);
  // h: [n_tokens, d_model] f32 → the same.  condition: [n_tokens, n_condition], undefined where that is 0.
  at::Tensor operator()(const at::Tensor& h, const TokenBatch& tokens, const at::Tensor& rotary, bool is_causal,
                        const at::Tensor& condition = {}) const;

 private:
  friend StepperWeights;
  static at::Tensor adapted(const at::Tensor& x, const at::Tensor& condition, const Linear& to_scale_shift);
  LayerTensors tensors() const;
  int64_t n_heads_;
  std::string activation_;
  LayerNorm attention_norm_, feed_norm_;
  Linear to_qkv_, from_heads_, to_hidden_, from_hidden_;
  std::optional<Linear> adapt_attention_, adapt_feed_;
};

// A row for each number; first weights of variance 1/width.
struct TokenTable {
  at::Tensor weight;
  TokenTable(const Scope& scope, int64_t n, int64_t width);
  at::Tensor operator()(const at::Tensor& ids) const;  // [n_tokens] → [n_tokens, width] f32
};

}  // namespace songscape
