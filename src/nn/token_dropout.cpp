#include "nn/token_dropout.h"

#include <ATen/TensorOperators.h>

#include "nn/noise.h"

namespace songscape {

at::Tensor with_tokens_masked(const TokenBatch& tokens, double rate, int64_t mask, at::Generator& noise) {
  if (rate == 0) return tokens.ids;
  const at::Tensor is_left_out = coin_noise({tokens.n_tokens()}, rate, noise, tokens.ids.device()) > .5;
  return tokens.ids.masked_fill(is_left_out & (tokens.place > 0), mask);
}

}  // namespace songscape
