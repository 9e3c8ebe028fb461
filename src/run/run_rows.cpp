#include "run/run_rows.h"

#include <numeric>
#include <span>

#include "core/error.h"
#include "core/text.h"
#include "data/library_source.h"
#include "run/controls.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "run/song_training.h"
#include "train/inference.h"

namespace songscape {

namespace {

RunRows windows_of_run(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  if (!has_latents(run))
    fail(ExitCode::usage, {.what = "a language model has no latent variables",
                           .where = escape_for_terminal(run.folder.string()),
                           .seen = "language_model = true",
                           .wanted = "a run with latent variables",
                           .fix = "prove music works on it; so does generating from it"});
  auto source = music_rows(read_run_config(run.folder).settings, library);
  RunRows rows{nullptr, false, {}};
  for (int64_t row = 0; row < source->n_rows(); ++row) rows.song_of_row.push_back(source->song_of(row));
  rows.source = std::move(source);
  return rows;
}

Matrix mean_over_windows(MatrixView windows, std::span<const int64_t> song_of_row, int64_t n_songs) {
  Matrix songs(n_songs, windows.n_cols);
  std::vector<float> n(static_cast<size_t>(n_songs));
  for (const int64_t s : song_of_row) n[static_cast<size_t>(s)] += 1;
  for (int64_t i = 0; i < windows.n_rows; ++i) {
    const int64_t s = song_of_row[static_cast<size_t>(i)];
    for (int64_t j = 0; j < windows.n_cols; ++j) songs(s, j) += windows(i, j) / n[static_cast<size_t>(s)];
  }
  return songs;
}

}  // namespace

bool has_latents(const OpenRun& run) {
  const ConfigMap settings = read_run_config(run.folder).settings;
  const auto it = settings.entries.find("language_model");
  return it == settings.entries.end() || it->second.value != ConfigValue(true);
}

RunRows rows_of_run(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  if (reads_tokens(run.model_name)) return windows_of_run(run, library);
  if (!reads_songs(run.model_name)) return {std::make_unique<LibrarySource>(library), false, {}};
  return song_parts_of(run, library).rows();
}

RunRows SongParts::rows(SongSource::Parts parts) const {
  return {std::make_unique<SongSource>(library, audio, text, parts), true, {}};
}

SongParts song_parts_of(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  return {library, audio_of(read_run_config(run.folder).settings),
          text_rows(*library, text_features_of_run(run.folder))};
}

SongMeans encode_songs(Vae& model, const RunRows& rows, const LibraryIndex& library) {
  std::vector<int64_t> all(static_cast<size_t>(rows.source->n_rows()));
  std::iota(all.begin(), all.end(), int64_t{0});
  Matrix means = encode_rows(model, *rows.source, all).mean;
  if (!rows.song_of_row.empty()) {
    Matrix songs = mean_over_windows(means, rows.song_of_row, library.n_songs());
    return {std::move(songs), std::move(means)};
  }
  if (rows.is_by_song) return {std::move(means), Matrix(0, model.latent_dim())};
  Matrix songs = mean_over_clips(means, library);
  return {std::move(songs), std::move(means)};
}

void need_spectrograms(const OpenRun& run, const std::string& what) {
  if (!reads_songs(run.model_name) && !reads_tokens(run.model_name)) return;
  fail(ExitCode::usage, {.what = what + " needs a model of spectrograms",
                         .where = escape_for_terminal(run.folder.string()),
                         .seen = run.model_name,
                         .wanted = "basic_vae, conv_vae, beta_vae, cvae or vade",
                         .fix = {}});
}

}  // namespace songscape
