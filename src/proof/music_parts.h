// What the parts of the music proof work on, each in a file of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/token_source.h"
#include "midi/grid_song.h"
#include "models/music_transformer.h"
#include "proof/context.h"

namespace songscape {

struct MusicWindows {
  const TokenSource* source = nullptr;
  std::vector<int64_t> rows;    // of the source
  std::vector<int32_t> groups;  // of each row's song
  std::vector<GridSong> music;
};
// At most `most` of the songs' windows (0: all), in an order of no meaning, so that the first few are a sample as well.
MusicWindows choose_windows(const TokenSource& source, const ProofSongs& songs, int64_t most, uint64_t seed);

struct MusicProof {
  const ProofContext& context;
  MusicTransformer& model;
  const MusicWindows& held_out;    // the judged windows
  const MusicWindows& trained_on;  // windows of the training songs; empty for a run without a library
  uint64_t seed;
  bool has_latents() const { return !model.config().language_model; }
};

// What the model makes of its prior at temperatures 0, .5 and 1, beside held-out music (music_samples.cpp).
void add_samples(ProofResult& result, const MusicProof& proof);
// What its latent variables hold (music_latents.cpp).
void add_latents(ProofResult& result, const MusicProof& proof);
// What moves when they are moved (music_traversal.cpp).
void add_moves(ProofResult& result, const MusicProof& proof);

// Mean over songs, NaN values left out, resampled by whole groups; and Σ values / Σ units.
Interval mean_by_group(std::span<const double> values, std::span<const int32_t> groups, uint64_t seed);
Interval ratio_by_group(std::span<const double> values, std::span<const double> units, std::span<const int32_t> groups,
                        uint64_t seed);
// "0.93 (0.91 to 0.95)"
std::string interval_text(const Interval& interval);

}  // namespace songscape
