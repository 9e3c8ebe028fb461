// Token sequences of different lengths laid end to end: every layer but attention works on tokens alone, so that
// padding costs nothing.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace songscape {

// The tokens of which a sequence is made that layers must know by name.
struct TokenNames {
  int64_t pad = 0;
  int64_t bar = 0;                              // begins a bar
  int64_t first_position = 0, n_positions = 0;  // places in a bar
};

// n_tokens of all sequences together; a sequence's tokens are ends[i − 1] … ends[i] − 1.
struct TokenBatch {
  at::Tensor ids;             // [n_tokens] int64
  at::Tensor sequence;        // [n_tokens] int64: which sequence a token is of
  at::Tensor place;           // [n_tokens] int64: its place in that, from 0
  at::Tensor bar;             // [n_tokens] int64: the bar it is in, from 0; what stands before the first is in bar 0
  at::Tensor position;        // [n_tokens] int64: the position in force, from 0; 0 at the start of a bar
  std::vector<int64_t> ends;  // [n_sequences]
  int64_t n_sequences() const { return static_cast<int64_t>(ends.size()); }
  int64_t n_tokens() const { return ends.empty() ? 0 : ends.back(); }
  int64_t longest() const;
};

// x: [batch, max_tokens] token numbers, of any type, `pad` behind each; a row of padding alone is one token of it.
// Bars from n_bars on count as bar n_bars − 1.
TokenBatch tokens_of(const at::Tensor& x, const TokenNames& names, int64_t n_bars);

// What a decoder is given and what it is asked for: each sequence without its last token, and without its first.
struct NextTokens {
  TokenBatch input;
  at::Tensor target;  // [n_tokens of input] int64
};
NextTokens next_tokens_of(const TokenBatch& tokens);

// Σ over each sequence's tokens.  values: [n_tokens] → [n_sequences]
at::Tensor sums_of_sequences(const at::Tensor& values, const TokenBatch& tokens);

}  // namespace songscape
