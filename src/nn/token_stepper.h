// A trained TokenDecoder, token by token: keys and values of the tokens so far are kept, so that the next one costs one
// pass over the weights.  No tensor of LibTorch is touched between tokens.  With f32 the logits are those of the
// decoder itself, apart from rounding; with bf16 weights, keys and values are rounded to it and all sums are in f32.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/step_team.h"
#include "kernels/row_matrix.h"
#include "nn/token_decoder.h"

namespace songscape {

// A decoder's weights as a step wants them; shared by any number of steppers.
class StepperWeights {
 public:
  StepperWeights(const TokenDecoder& decoder, RowPrecision precision);
  int64_t n_vocabulary() const { return to_logits.n_rows(); }
  int64_t n_bytes_a_step() const;  // that each token has to read, the cache apart
  int64_t latent_dim() const { return layout.size(); }

  struct Norm {
    std::vector<float> weight, bias;
  };
  struct Layer {
    Norm attention_norm, feed_norm;
    RowMatrix to_qkv, from_heads, to_hidden, from_hidden;
    RowMatrix adapt_attention, adapt_feed, from_z, from_skipped;  // without rows where the decoder has none
  };
  RowPrecision precision;
  LatentLayout layout;
  std::string activation;
  int64_t d_model, n_heads;
  std::vector<float> token, bar, position;             // tables, [n, d_model]; the last two empty without structure
  std::vector<float> level_of_bar, level_of_position;  // [n, n_levels]; empty where levels weigh the same
  RowMatrix from_z, to_logits;
  std::vector<Layer> layers;
  Norm last_norm;
};

class TokenStepper {
 public:
  // z: latent_dim() values; skipped: of each layer, or none.  capacity: tokens at most.  team: who works on each step.
  TokenStepper(std::shared_ptr<const StepperWeights> weights, std::span<const float> z, int64_t capacity,
               StepTeam& team, const std::vector<std::vector<float>>& skipped = {});

  // The next token of the piece, with its bar and the position in force as TokenBatch has them → logits,
  // [n_vocabulary], until the next step.
  std::span<const float> step(int64_t token, int64_t bar, int64_t position);
  int64_t n_tokens() const { return n_tokens_; }
  int64_t capacity() const { return capacity_; }

 private:
  struct LayerState {
    RowCache keys, values;
    std::vector<float> adapt_attention, adapt_feed, from_z;
  };
  void set_condition(int64_t bar, int64_t position);
  void work(int member);
  void normalised(const StepperWeights::Norm& norm, std::span<const float> adapt, float* out) const;
  void attend(LayerState& state, int64_t first_head, int64_t last_head, std::vector<float>& scores);

  std::shared_ptr<const StepperWeights> weights_;
  StepTeam& team_;
  int64_t capacity_, n_tokens_ = 0;
  std::vector<float> z_, rotary_, condition_, skip_;
  bool condition_is_new_ = true;
  std::vector<LayerState> states_;
  std::vector<float> h_, from_z_, qkv_, seen_, change_, hidden_, logits_;
  std::vector<std::vector<float>> scratch_, scores_;  // a vector for each member
};

}  // namespace songscape
