// A run of music_transformer opened to make music with: its model, and the songs of its library when they are asked
// for.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/matrix.h"
#include "create/composer.h"
#include "library/token_source.h"
#include "models/music_transformer.h"
#include "run/open_run.h"

namespace songscape {

class MusicRun {
 public:
  // `library`: other songs than the run's own; empty: those.  Error `usage` for a run that reads no MIDI.
  MusicRun(const std::filesystem::path& run, std::string library);

  MusicTransformer& model() const { return *model_; }
  const std::filesystem::path& folder() const { return run_.folder; }
  bool has_latents() const { return !model_->config().language_model; }
  MusicWindow window() const;

  // Windows of the model's size, each behind the one before it.
  const TokenSource& windows();
  // Those of a song, in order, named as find_song() takes it.  Error `usage` where it has none.
  std::vector<int64_t> rows_of_song(const std::string& name);
  // At most n, evenly spread; of all songs where the run saw none of them in training.
  std::vector<int64_t> training_rows(int64_t n);
  std::string song_title(int64_t row);

  // Means of q(z|x), [rows × latent_dim].
  Matrix means(const std::vector<int64_t>& rows);
  // n draws of the prior; told what is asked, where the model learnt p(z given that) and something is, the rest of each
  // context being that of a training window.
  Matrix sample_prior(int64_t n, const AskedMusic& asked, uint64_t seed);
  bool knows_context() const { return has_latents() && model_->prior().has_context(); }

 private:
  OpenRun run_;
  MusicTransformer* model_;
  ConfigMap settings_;
  std::string library_name_;
  std::shared_ptr<const LibraryIndex> library_;
  std::unique_ptr<TokenSource> windows_;
};

}  // namespace songscape
