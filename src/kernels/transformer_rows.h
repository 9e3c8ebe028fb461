// A transformer layer but for its attention, forward and backward, in one pass over blocks of tokens each: what lies
// between two products never leaves the cache (nn/transformer.h has the equations).  Products of bf16, everything else
// in f32.  Where has_linear_kernels() only; widths are multiples of kPanelWidth.
//
// Tokens are rows.  Where rows of bf16 or panels are written, up to padded_tokens() of them are; the rows behind the
// last token are 0 in what comes backward, and finite in the rest.
#pragma once

#include <cstdint>

#include "kernels/panels.h"

namespace songscape {

inline constexpr int64_t kTokenRows = 64;  // of a unit of work
constexpr int64_t n_token_units(int64_t n_tokens) { return (n_tokens + kTokenRows - 1) / kTokenRows; }
constexpr int64_t padded_tokens(int64_t n_tokens) { return (n_tokens + 7) / 8 * 8; }

// A linear layer: its weight as both directions read it (backward: only for that), and its bias.
struct PackedLinear {
  Panels forward, backward;
  const float* bias;
};

// Layer norm over a token's values, adapted by a vector of the token where `adapt` is given: to (1 + γ) and δ, side by
// side.
struct TokenNorm {
  int64_t width;
  const float *weight, *bias;
  float epsilon;
  const PackedLinear* adapt = nullptr;  // [n_condition] → [2 · width]
  const float* condition = nullptr;     // f32 [n_tokens][n_condition]
  int64_t n_condition = 0;
};

struct TransformerRows {
  int64_t n_tokens, d_model, d_ff;
  float slope;  // of the activation below 0: 0 is ReLU
  TokenNorm attention_norm, feed_norm;
  PackedLinear to_qkv, from_heads, to_hidden, from_hidden;
};

// stats: of each token, mean and 1/deviation, f32 [n_tokens][2].
// qkv = W_qkv norm(h) + b, bf16 [padded][3 · d_model].
void tokens_to_qkv(const TransformerRows& layer, int64_t unit, const float* h, float* stats, Bf16* qkv);

struct FeedForward {
  const float* h;        // the layer's input
  const Bf16* seen;      // what attention gave, [padded][d_model]
  float* middle;         // h + W_o seen + b, [n_tokens][d_model]
  float* stats;          // of middle
  const Panels* hidden;  // f(W_1 norm(middle) + b), [padded][d_ff]
  float* out;            // middle + W_2 hidden + b
};
void feed_forward(const TransformerRows& layer, int64_t unit, const FeedForward& f);

// What a norm's weights are told, and whoever comes before it.
struct NormGradient {
  const Panels* x;                         // the norm's result, again: [padded][width]
  const Panels* of_scale_shift = nullptr;  // [padded][2 · width], where adapted
  float* of_condition = nullptr;           // f32 [n_tokens][n_condition], added to
  float *of_weight, *of_bias;              // of this unit, added to: f32 [width]
  float* of_adapt_bias = nullptr;          // [2 · width]
};

struct FeedGradient {
  const float *of_out, *middle, *stats;
  const Bf16* seen;
  const Panels* hidden;
  NormGradient norm;
  const Panels *of_out_panels, *of_hidden, *of_middle_panels, *seen_panels;
  float *of_to_hidden_bias, *of_from_hidden_bias, *of_from_heads_bias;  // of this unit, added to
  float* of_middle;                                                     // [n_tokens][d_model]
  Bf16* of_seen;                                                        // [padded][d_model]
};
void feed_gradient(const TransformerRows& layer, int64_t unit, const FeedGradient& g);

struct QkvGradient {
  const float *h, *stats;
  const Bf16* of_qkv;  // [padded][3 · d_model]
  NormGradient norm;
  const Panels* of_qkv_panels;
  float* of_to_qkv_bias;  // of this unit, added to
  float* of_h;            // [n_tokens][d_model], added to
};
void qkv_gradient(const TransformerRows& layer, int64_t unit, const QkvGradient& g);

}  // namespace songscape
