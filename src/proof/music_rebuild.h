// How much of held-out music comes back out of its latent variables, and at how many nats.
#pragma once

#include <span>
#include <vector>

#include "library/token_source.h"
#include "midi/grid_song.h"
#include "midi/note_match.h"
#include "models/music_generator.h"
#include "models/music_transformer.h"

namespace songscape {

// A window, and what is decoded from its posterior's mean: always the likeliest token, by the grammar, told nothing
// else but how many bars there are; skip connections are off.
struct RebuiltMusic {
  GridSong original, rebuilt;
  NoteMatch exact, near;  // onsets equal; within kNearOnset 24ths of a quarter
};
inline constexpr int kNearOnset = 1;

// A piece from each row of z [n, latent_dim] (a language model looks at their number alone), of as many bars as n_bars
// says, by the prompt BOS; the same for any number of threads.
std::vector<GeneratedMusic> play_music(MusicTransformer& model, const at::Tensor& z, std::span<const int64_t> n_bars,
                                       double temperature, uint64_t seed);
// As music; likeliest tokens.
std::vector<GridSong> decoded_music(MusicTransformer& model, const at::Tensor& z, std::span<const int64_t> n_bars);

// z: [rows, latent_dim] to decode, one for each row.
std::vector<RebuiltMusic> rebuild_music(MusicTransformer& model, const TokenSource& source,
                                        std::span<const int64_t> rows, const at::Tensor& z);
at::Tensor posterior_means(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows);

// Of each row, in nats over all its tokens but BOS.
struct MusicNats {
  std::vector<double> n_tokens, n_bars;
  std::vector<double> reconstruction, kl;  // of one sample of z
  std::vector<double> bound;               // −log p(x), importance-weighted by n_samples samples
  std::vector<double> from_prior;          // reconstruction by a z of the prior: what z is worth
};
MusicNats nats_of_music(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows,
                        int64_t n_samples, uint64_t seed);

// Those of each kind of token, summed over the rows and divided by how many there are, for tables.
struct KindNats {
  std::string kind;
  int64_t n_tokens = 0;
  double nats = 0;  // a token
};
std::vector<KindNats> nats_by_kind(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows,
                                   uint64_t seed);

}  // namespace songscape
