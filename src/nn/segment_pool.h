// Tokens become one vector for each segment they belong to: weighted means, the weights by learnt queries.
#pragma once

#include "nn/layers.h"

namespace songscape {

class SegmentPool {
 public:
  SegmentPool(const Scope& scope, int64_t width, int64_t n_queries);
  // h: [n_tokens, width]; segment: [n_tokens] int64 below n_segments → f32 [n_segments, n_queries · width]: for each
  // query Σ w h / Σ w over the segment's tokens, log w = 8 tanh(query · h / 8).  A segment without tokens: zeros.
  at::Tensor operator()(const at::Tensor& h, const at::Tensor& segment, int64_t n_segments) const;
  int64_t n_out() const { return n_out_; }

 private:
  int64_t n_out_;
  Linear to_scores_;
};

}  // namespace songscape
