// Attention among the tokens of each sequence, with rotary positions, forward and backward (nn/token_attention.h has
// the equations): a head of a sequence at a time, scores in the cache only.  Products of bf16; scores, softmax and sums
// in f32.  Where has_linear_kernels() only; a head has a multiple of kPanelWidth values.
#pragma once

#include <cstdint>

#include "kernels/bf16.h"

namespace songscape {

struct AttentionHead {
  const Bf16* qkv;      // rows of 3 · n_heads · head values: of the sequence's first token
  const float* rotary;  // f32 [n_places][2][head / 2]: cosines, sines
  int64_t n_tokens, n_heads, head_dim;
  int64_t head;    // which
  bool is_causal;  // a token sees itself and those before it
  int64_t width() const { return n_heads * head_dim; }
};

// seen: bf16 [n_tokens][n_heads · head_dim], this head's part of it.  log_sums: f32 [n_tokens][n_heads], log2 Σ e^score
// of each token.
void attend(const AttentionHead& a, Bf16* seen, float* log_sums);

struct AttentionGradient {
  const Bf16 *seen, *of_seen;
  const float* log_sums;
  Bf16* of_qkv;  // rows as those of qkv, this head's part of them
};
void attend_gradient(const AttentionHead& a, const AttentionGradient& g);

}  // namespace songscape
