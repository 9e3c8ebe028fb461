// Part of what a decoder is given left out, so that it has to ask z.  Bowman et al. 2016, "Generating sentences from a
// continuous space", section 3.1.
#pragma once

#include <ATen/core/Generator.h>

#include "nn/token_batch.h"

namespace songscape {

// Each token but a sequence's first becomes `mask` with probability `rate`; bars and positions stay known.
at::Tensor with_tokens_masked(const TokenBatch& tokens, double rate, int64_t mask, at::Generator& noise);

}  // namespace songscape
