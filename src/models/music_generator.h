// New music from a music_transformer, token by token: every sequence follows the grammar of the vocabulary, so that
// every note has its pitch, velocity and length.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/random.h"
#include "midi/vocabulary.h"
#include "nn/token_stepper.h"

namespace songscape {

struct SamplingOptions {
  double temperature = 0;  // 0: always the likeliest
  int64_t top_k = 0;       // of the k likeliest alone; 0: of all
  double top_p = 1;        // of the likeliest that together have this share (Holtzman et al. 2020, "The curious case of
                           // neural text degeneration", eq. 2)
  bool grammar = true;     // only what may follow
  int64_t n_bars = 4;      // the piece has as many, with grammar
  // Attributes (time_signature, key, tempo) that stay what they are in the first bar.
  std::vector<TokenKind> held = {};
  int64_t max_tokens = 768;
};

struct GeneratedMusic {
  std::vector<Token> tokens;  // with BOS, to EOS
  bool was_cut = false;       // max_tokens ended it; with grammar its notes are whole all the same
};

// prompt: the sequence's beginning, at least BOS; a sequence that the grammar makes.  MASK in it: this token is drawn.
// z: [latent_dim].  skipped: of each encoder layer, for a decoder that was trained with them; or none.  The same random
// state, the same music.
GeneratedMusic generate_music(const std::shared_ptr<const StepperWeights>& weights, std::span<const float> z,
                              std::span<const Token> prompt, const SamplingOptions& options, StepTeam& team,
                              Random& random, const std::vector<std::vector<float>>& skipped = {});

// A token drawn from logits, of those whose mask is not 0 (empty: of all).
Token draw_token(std::span<const float> logits, std::span<const uint8_t> mask, const SamplingOptions& options,
                 Random& random);

}  // namespace songscape
