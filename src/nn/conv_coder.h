// The stages of nn/conv_stack.h with latent layers between: what convolutional models that are told no label share.
// Encoder: 256×8×80 flattened, or with pools_time its mean over frames → μ, log σ².  Decoder: FC → 256×8×80 → the
// mirror.
//
// principal_pool k > 0: to μ the scores of the leading principal components are added, of frames averaged by k, and to
// the decoder's output what they rebuild (nn/principal_part.h).  The layers start at 0 and learn what PCA leaves.
#pragma once

#include <optional>
#include <string>

#include "nn/conv_stack.h"
#include "nn/posterior_head.h"
#include "nn/principal_part.h"
#include "nn/song_coder.h"

namespace songscape {

struct ConvCoderOptions {
  std::string model;  // for messages
  std::vector<int64_t> input_shape;
  int64_t latent_dim = 1;
  bool pools_time = false;
  ConvStackConfig stack;
  double initial_log_var = 0;
  int64_t principal_pool = 0;
};

class ConvCoder final : public SongCoder {
 public:
  // Error `usage` where the input has not two axes of at least 2^stages values, and for principal_pool with an output
  // that is not linear.
  ConvCoder(const Scope& scope, const ConvCoderOptions& options);
  Posterior encode(const at::Tensor& x, Pass& pass) const override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) const override;
  void start_at_mean(const at::Tensor& x) override;
  int64_t n_values() const override { return shape_.n_bands * shape_.n_frames; }

 private:
  ConvShape shape_;
  ConvEncoder encoder_;
  ConvFlatten flatten_;
  PosteriorHead head_;
  ConvDecoder decoder_;
  std::optional<PrincipalPart> principal_;
};

}  // namespace songscape
