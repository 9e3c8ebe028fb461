// z and the tokens so far → how likely each token is to follow: a causal transformer that is told z at its input or at
// each layer, each level of z with a weight of its own by bar and position.
#pragma once

#include <memory>
#include <vector>

#include "nn/next_token_step.h"
#include "nn/token_encoder.h"

namespace songscape {

struct ConditioningConfig {
  std::string kind = "adaptive";
  bool position_aware = false;
  template <class V>
  void visit(V& v) {
    v("kind", kind, "how z reaches the decoder: added to its input, added before each layer, or adapting each norm",
      OneOf{"input", "add", "adaptive"});
    v("position_aware", position_aware, "each level of z has a weight by bar and position in it");
  }
  bool operator==(const ConditioningConfig&) const = default;
};

class TokenDecoder {
 public:
  // n_skipped: the encoder's layers that it is shown, n_skipped_in values each; 0: none.  layout.size() 0: a plain
  // language model.
  struct Skips {
    int64_t n_layers = 0, width = 0;
  };
  TokenDecoder(const Scope& scope, const TokenCoderOptions& options, const ConditioningConfig& conditioning,
               const Skips& skips);

  struct Told {
    at::Tensor z;                     // [n_sequences, layout.size()]
    std::vector<at::Tensor> skipped;  // as TokenEncoder::Result's; empty: nothing is skipped
  };
  // → logits, [n_tokens, n_vocabulary]
  at::Tensor operator()(const TokenBatch& tokens, const Told& told, const at::Tensor& rotary) const;
  // → of each token, −log p(the one that follows), and the likeliest to follow.
  NextTokenNats nats(const NextTokens& next, const Told& told, const at::Tensor& rotary) const;

  // The last layer's bias at which every token has its share of `counts` [n_vocabulary].
  void start_at(const at::Tensor& counts);

 private:
  friend StepperWeights;
  at::Tensor hidden(const TokenBatch& tokens, const Told& told, const at::Tensor& rotary) const;
  at::Tensor condition_of(const TokenBatch& tokens, const at::Tensor& z) const;  // [n_tokens, condition_size()]
  LatentLayout layout_;
  ConditioningConfig conditioning_;
  TokenEmbedding embedding_;
  std::vector<TransformerLayer> layers_;
  LayerNorm last_norm_;
  Linear to_logits_;
  std::optional<Linear> from_z_;
  std::vector<Linear> from_z_of_layer_, from_skipped_;
  std::optional<TokenTable> level_of_bar_, level_of_position_;
};

}  // namespace songscape
