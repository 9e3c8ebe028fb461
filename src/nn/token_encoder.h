// A piece's tokens → the posterior of its latent variables: embedding, transformer, learnt queries.
#pragma once

#include <memory>
#include <vector>

#include "nn/segment_pool.h"
#include "nn/token_latents.h"
#include "nn/transformer.h"

namespace songscape {

struct TokenCoderOptions {
  int64_t n_vocabulary = 0;
  int64_t n_positions = 0;  // places in a bar
  std::string activation = "relu";
  bool structure = false;  // each token is told its bar and the position in force
  TransformerConfig layers;
  LatentLayout layout;
};

// Token numbers and, with `structure`, their bar and position → [n_tokens, d_model] f32.
class TokenEmbedding {
 public:
  TokenEmbedding(const Scope& scope, const TokenCoderOptions& options);
  at::Tensor operator()(const TokenBatch& tokens) const;

 private:
  friend StepperWeights;
  TokenTable token_;
  std::optional<TokenTable> bar_, position_;
};

class TokenEncoder {
 public:
  TokenEncoder(const Scope& scope, const TokenCoderOptions& options, const LatentsConfig& latents);

  struct Result {
    Posterior posterior;              // [n_sequences, layout.size()]; N(0, I) for bars that a piece does not have
    std::vector<at::Tensor> skipped;  // of each layer, its mean over the piece, [n_sequences, d_model]
  };
  // with_skips: whether `skipped` is wanted.
  Result operator()(const TokenBatch& tokens, const at::Tensor& rotary, bool with_skips, const Pass& pass) const;
  // W of each level's mean, for penalties: [level_size, features].
  std::vector<at::Tensor> mean_weights() const;

 private:
  Posterior of_bars(const at::Tensor& h, const TokenBatch& tokens, const Pass& pass) const;
  LatentLayout layout_;
  TokenEmbedding embedding_;
  std::vector<TransformerLayer> layers_;
  LayerNorm last_norm_;
  struct Level {
    SegmentPool pool;
    LatentHead head;
  };
  std::vector<Level> levels_;
  std::optional<Level> bars_;
};

}  // namespace songscape
