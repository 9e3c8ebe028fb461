// How likely each token of a vocabulary is to follow, and −log p of the one that does: norm, product and softmax of a
// block of tokens in one pass, and back.  Where has_linear_kernels() only; see kernels/transformer_rows.h.
#pragma once

#include "kernels/transformer_rows.h"

namespace songscape {

struct NextTokenRows {
  int64_t n_tokens, n_vocabulary;
  TokenNorm norm;
  PackedLinear to_logits;  // its bias has padded_vocabulary() values
  const int64_t* target;   // [n_tokens]
};
constexpr int64_t padded_vocabulary(int64_t n) { return n_panels(n) * kPanelWidth; }

struct NextTokenResult {
  float* nats;         // −log p(target), [n_tokens]
  int64_t* likeliest;  // the first of the likeliest tokens, [n_tokens]
  float* stats;        // of the norm
  Bf16* shares;        // p, [padded_tokens][padded_vocabulary]; null: not wanted
};
// h: f32 [n_tokens][width]
void next_token(const NextTokenRows& rows, int64_t unit, const float* h, const NextTokenResult& result);

struct NextTokenGradient {
  const float *nats, *of_nats, *h, *stats;
  const Bf16* shares;
  NormGradient norm;
  const Panels* of_logits;  // [padded_tokens][n_vocabulary]
  float* of_logits_bias;    // of this unit, added to: [padded_vocabulary]
  float* of_h;              // [n_tokens][width], added to
};
void next_token_gradient(const NextTokenRows& rows, int64_t unit, const NextTokenGradient& g);

}  // namespace songscape
