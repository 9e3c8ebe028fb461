// Encoder and decoder of one family of layers: what a model needs of them, whichever family it is.
#pragma once

#include "nn/vae.h"

namespace songscape {

class SongCoder {
 public:
  virtual ~SongCoder() = default;
  // [batch, input_shape…] → [batch, latent_dim] twice
  virtual Posterior encode(const at::Tensor& x, Pass& pass) const = 0;
  // [batch, latent_dim] → [batch, input_shape…], f32
  virtual at::Tensor decode(const at::Tensor& z, Pass& pass) const = 0;
  // From here on the decoder starts at what x [songs, input_shape…] tells without learning: its mean.
  virtual void start_at_mean(const at::Tensor& x) = 0;
  virtual int64_t n_values() const = 0;  // of one song
};

}  // namespace songscape
