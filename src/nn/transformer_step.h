// A transformer layer as one autograd function over our own kernels (kernels/transformer_rows.h, token_attention.h):
// what TransformerLayer calls where it can.  It keeps its input, what attention was given and gave, the sum behind it
// and the hidden values; everything else is computed again backward.
#pragma once

#include <string>

#include "nn/token_attention.h"

namespace songscape {

struct WeightAndBias {
  at::Tensor weight, bias;
};

struct LayerTensors {
  WeightAndBias attention_norm, feed_norm, to_qkv, from_heads, to_hidden, from_hidden;
  WeightAndBias adapt_attention, adapt_feed;  // undefined: the norms are not adapted
};

struct LayerOptions {
  AttentionShape attention;
  double slope = 0;  // of the activation below 0
};

// Whether the CPU multiplies bf16 pairs, this thread is within an Autocast, the activation is relu or leaky_relu, and
// d_model, d_ff and the values of a head are multiples of 32.
bool takes_transformer_step(const at::Tensor& h, int64_t d_ff, int64_t n_heads, const std::string& activation);

// As TransformerLayer.
at::Tensor transformer_step(const at::Tensor& h, const at::Tensor& condition, const LayerTensors& weights,
                            const TokenBatch& tokens, const at::Tensor& rotary, const LayerOptions& options);

}  // namespace songscape
