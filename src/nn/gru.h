// A gated recurrent unit over whole sequences.  Cho et al. 2014, "Learning phrase representations using RNN
// encoder-decoder"; with PyTorch's place of the reset gate:
//
//   r = σ(W_r x + b_r + U_r h + c_r),  u = σ(W_u x + b_u + U_u h + c_u)
//   n = tanh(W_n x + b_n + r (U_n h + c_n)),  h' = (1 − u) n + u h,  h before the first frame 0
//
// Inputs are multiplied for all frames at once, forward and backward, and so are the gradients of the weights: a frame
// costs one small product each way and no node of autograd.
#pragma once

#include "nn/layers.h"

namespace songscape {

struct Gru {
  Linear input;             // W, b of r, u, n: [3 n_state, n_in]
  at::Tensor weight, bias;  // U, c: [3 n_state, n_state]
  Gru(const Scope& scope, int64_t n_in, int64_t n_state);
  // [frames, batch, n_in] → [frames, batch, n_state]: h after each frame; f32 even under bf16.  n_songs: of each frame,
  // how many of the first songs have it, never rising, for songs in order of length; the others' h there is 0.  Empty:
  // all have every frame.
  at::Tensor operator()(const at::Tensor& x, std::vector<int64_t> n_songs = {}) const;
  // One frame more, for generation: x [batch, n_in], h [batch, n_state] → h'.
  at::Tensor step(const at::Tensor& x, const at::Tensor& h) const;
};

}  // namespace songscape
