// −log p of the tokens that follow, out of a transformer's last sums: norm, product and softmax as one autograd
// function over our own kernel (kernels/next_token.h), which TokenDecoder calls where it can.
#pragma once

#include "nn/transformer_step.h"

namespace songscape {

struct NextTokenNats {
  at::Tensor nats;       // −log p, f32 [n_tokens]
  at::Tensor likeliest;  // the likeliest tokens, int64 [n_tokens]
};

// Whether the CPU multiplies bf16 pairs, this thread is within an Autocast, and h is as wide as whole panels.
bool takes_next_token_step(const at::Tensor& h);

// h: f32 [n_tokens, width]; norm: [width]; to_logits: [n_vocabulary, width]; target: int64 [n_tokens].
NextTokenNats next_token_step(const at::Tensor& h, const WeightAndBias& norm, const WeightAndBias& to_logits,
                              const at::Tensor& target);

}  // namespace songscape
