// What principal components alone say of a song: a fixed linear code and its way back, for networks that learn what it
// leaves.  A linear autoencoder's optimum is PCA (Baldi & Hornik 1989), which a network reaches slowly, if ever.
//
// Frames are averaged by `frame_pool` before, and interpolated back after: on 720 songs of the built-in corpus that
// rebuilds unseen ones better than components of single frames do.
#pragma once

#include <cstdint>

#include "nn/parameter_set.h"

namespace songscape {

class PrincipalPart {
 public:
  // Buffers: "mean", "components", "deviation".  Until fit(), scores and rebuilt songs are 0.
  PrincipalPart(const Scope& scope, int64_t n_bands, int64_t n_frames, int64_t n_components, int64_t frame_pool);
  // x: [songs, bands, frames].  Components beyond songs − 1 stay 0.
  void fit(const at::Tensor& x);
  // → [batch, n_components], each of unit variance over the songs of fit().
  at::Tensor scores(const at::Tensor& x) const;
  // [batch, n_components] → [batch, bands, frames] f32
  at::Tensor rebuilt(const at::Tensor& scores) const;

 private:
  int64_t n_frames_, frame_pool_, n_pooled_;
  at::Tensor mean_;        // [bands · pooled]
  at::Tensor components_;  // [n_components, bands · pooled], of unit length
  at::Tensor deviation_;   // [n_components]
};

}  // namespace songscape
