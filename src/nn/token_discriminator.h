// Tells a model's token sequences from real ones at three scales, note, phrase and piece.  Multi-scale: Wang et al.
// 2018, "High-resolution image synthesis with conditional GANs", section 3.2, with feature matching (eq. 4); hinge
// losses: Lim & Ye 2017, "Geometric GAN"; spectral normalisation: Miyato et al. 2018, "Spectral normalization for
// generative adversarial networks", algorithm 1; sequences of the model by straight-through Gumbel-softmax: Jang, Gu &
// Poole 2017, "Categorical reparameterization with Gumbel-softmax", section 2.2.
#pragma once

#include <vector>

#include "core/config.h"
#include "nn/layers.h"
#include "nn/token_batch.h"

namespace songscape {

struct GanConfig {
  double weight = 0;
  double feature_matching = 1;
  double start_epoch = 0;
  double tolerance = 0.01;
  double temperature = 1;
  double lr_factor = 2;
  double beta1 = 0.5;
  int64_t embedding_dim = 64;
  int64_t width = 96;
  int64_t phrase_tokens = 16;
  template <class V>
  void visit(V& v) {
    v("weight", weight, "greatest weight of the adversary's terms; 0: there is no adversary", Range{0, 1e6});
    v("feature_matching", feature_matching, "weight of matching the adversary's features, beside fooling it",
      Range{0, 1e6});
    v("start_epoch", start_epoch, "epochs of plain training before the adversary joins", Range{0, 1e6});
    v("tolerance", tolerance,
      "how far the reconstruction may rise above what it was when the adversary joined before its weight falls",
      Range{0, 10});
    v("temperature", temperature, "of the Gumbel-softmax", Range{1e-3, 100});
    v("lr_factor", lr_factor, "the adversary's learning rate over the model's", Range{1e-6, 1e6});
    v("beta1", beta1, "the adversary's Adam: decay of the gradient's mean", Range{0, 0.9999});
    v("embedding_dim", embedding_dim, "values of a token", Range{1, 65536});
    v("width", width, "values of each scale's hidden layers", Range{1, 65536});
    v("phrase_tokens", phrase_tokens, "tokens that the middle scale sees as one", Range{2, 4096});
  }
  bool operator==(const GanConfig&) const = default;
};

// y = W/σ x + b, where σ is W's greatest singular value by power iteration, one step a training pass.
struct SpectralLinear {
  Linear linear;
  at::Tensor direction;  // buffer [n_out]
  SpectralLinear(const Scope& scope, int64_t n_in, int64_t n_out);
  // moves: the power iteration goes on; is_detached: gradients reach x alone.
  at::Tensor operator()(const at::Tensor& x, bool moves, bool is_detached) const;
};

class TokenDiscriminator {
 public:
  TokenDiscriminator(const Scope& scope, const GanConfig& config, int64_t n_vocabulary);

  // What it says of each note (a window of three tokens), phrase and piece, above 0: real; and the features that it
  // says it from.
  struct Opinion {
    std::vector<at::Tensor> scores, features;  // of each scale: [n], [n, width]
  };
  // one_hot: [n_tokens, n_vocabulary], rows that sum to 1.
  Opinion operator()(const at::Tensor& one_hot, const TokenBatch& tokens, bool moves, bool is_detached) const;

 private:
  GanConfig config_;
  SpectralLinear embed_;
  std::vector<SpectralLinear> hidden_, out_;
};

// Hinge losses, means over the scales, scalars.
at::Tensor discriminator_loss(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made);
at::Tensor generator_loss(const TokenDiscriminator::Opinion& made);
// Mean absolute difference of the features' means.
at::Tensor feature_distance(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made);
// Share of what it judges rightly, over the scales.
at::Tensor discriminator_accuracy(const TokenDiscriminator::Opinion& real, const TokenDiscriminator::Opinion& made);

// One token of each row of logits drawn, as a one-hot row whose gradient is that of the softmax.
at::Tensor straight_through_sample(const at::Tensor& logits, double temperature, at::Generator& noise);

}  // namespace songscape
