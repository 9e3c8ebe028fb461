// Music token by token, at batch 1: how near a decoder comes to the rate at which its weights can be read.
#pragma once

#include "report/table.h"

namespace songscape {

// A decoder of 10 million random weights (8 layers of 320).  A row a precision and number of threads (1, 2, as far as
// there are cores): bytes_a_token (its weights), tokens_a_second over a piece of 512 tokens, bound (as many bytes of
// weights in nothing but products with a vector, a second), share (of that bound), goal_tokens, goal_share, is_met.
// Medians of n_rounds, both sides in turn.
Table decode_profile(int64_t n_rounds);

}  // namespace songscape
