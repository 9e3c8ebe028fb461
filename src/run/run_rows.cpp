#include "run/run_rows.h"

#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "data/library_source.h"
#include "run/controls.h"
#include "run/run_config.h"
#include "run/song_training.h"
#include "train/inference.h"

namespace songscape {

RunRows rows_of_run(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  if (!reads_songs(run.model_name)) return {std::make_unique<LibrarySource>(library), false};
  return song_parts_of(run, library).rows();
}

RunRows SongParts::rows(SongSource::Parts parts) const {
  return {std::make_unique<SongSource>(library, audio, text, parts), true};
}

SongParts song_parts_of(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  return {library, audio_of(read_run_config(run.folder).settings),
          text_rows(*library, text_features_of_run(run.folder))};
}

SongMeans encode_songs(Vae& model, const RunRows& rows, const LibraryIndex& library) {
  std::vector<int64_t> all(static_cast<size_t>(rows.source->n_rows()));
  std::iota(all.begin(), all.end(), int64_t{0});
  Matrix means = encode_rows(model, *rows.source, all).mean;
  if (rows.is_by_song) return {std::move(means), Matrix(0, model.latent_dim())};
  Matrix songs = mean_over_clips(means, library);
  return {std::move(songs), std::move(means)};
}

void need_spectrograms(const OpenRun& run, const std::string& what) {
  if (!reads_songs(run.model_name)) return;
  fail(ExitCode::usage, {.what = what + " needs a model of spectrograms",
                         .where = escape_for_terminal(run.folder.string()),
                         .seen = run.model_name,
                         .wanted = "basic_vae, conv_vae, beta_vae, cvae or vade",
                         .fix = {}});
}

}  // namespace songscape
