// A mixture prior's view of songs: which component each belongs to, and how surely.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"
#include "proof/context.h"

namespace songscape {

struct MixtureSongs {
  std::vector<double> weight;          // [K]
  Matrix mean, variance;               // [K × latent_dim]
  Matrix train, judged;                // mean latents of the songs
  Matrix train_share, judged_share;    // q(c|z) at these, [songs × K]
  std::vector<int64_t> n_train_songs;  // of each component, by its likeliest
  // Weight of 1 % or more and at least one training song.
  bool is_active(int64_t component) const;
  int64_t n_active() const;
};

// The run's model must have a mixture().
MixtureSongs mixture_songs(const ProofContext& context);

// The reason of proofs that need a mixture.
std::optional<std::string> needs_mixture(const ProofContext& context);

// The column of the largest value of each row.
std::vector<int32_t> likeliest(const Matrix& share);

}  // namespace songscape
