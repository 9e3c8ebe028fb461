// Attention among the tokens of each sequence, with rotary positions.  Vaswani et al. 2017, "Attention is all you
// need", eq. 1; Su et al. 2021, "RoFormer: enhanced transformer with rotary position embedding", eq. 34.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/token_batch.h"

namespace songscape {

struct AttentionShape {
  int64_t n_heads = 4;
  bool is_causal = false;  // a token sees itself and those before it
};

// Angles by which a head's pairs of values (i, i + head / 2) turn at each place: f32 cosines and sines,
// [n_places, 2, head / 2], of place · 10000^(−2i / head).
at::Tensor rotary_table(int64_t n_places, int64_t head_dim);

// qkv: [n_tokens, 3 · n_heads · head], queries, keys and values side by side, f32 or bf16 → [n_tokens, n_heads · head]
// of its type.  Sums in f32.  rotary: a table of at least as many places as the longest sequence has.
at::Tensor token_attention(const at::Tensor& qkv, const TokenBatch& tokens, const at::Tensor& rotary,
                           const AttentionShape& shape);

}  // namespace songscape
