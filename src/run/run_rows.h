// What a run's model reads of a library: its clips, or (multimodal_vae) its songs, sound and words, or
// (music_transformer) windows of its MIDI.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/song_source.h"
#include "run/open_run.h"

namespace songscape {

struct RunRows {
  std::unique_ptr<BatchSource> source;
  bool is_by_song = false;                // row i is song i; else clip i, or a window
  std::vector<int64_t> song_of_row = {};  // of each window; empty where rows are no windows
};
// Error `usage` for a language model of MIDI, which has no latent variables.
bool has_latents(const OpenRun& run);  // all but those have
RunRows rows_of_run(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library);

// The songs of a run that reads songs, by its own text features.
struct SongParts {
  std::shared_ptr<const LibraryIndex> library;
  SongSource::Audio audio;
  Matrix text;  // [n_songs × n_text], zeros without lyrics
  RunRows rows(SongSource::Parts parts = SongSource::Parts::both) const;
};
SongParts song_parts_of(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library);

// Posterior means of every song: those of its row, or the mean over its clips or windows, zeros where it has none.
struct SongMeans {
  Matrix songs;  // [n_songs × latent_dim]
  Matrix clips;  // [n_clips × latent_dim], or of windows; empty where rows are songs
};
SongMeans encode_songs(Vae& model, const RunRows& rows, const LibraryIndex& library);

// Error `usage` where the run reads songs: for what works on spectrograms alone.
void need_spectrograms(const OpenRun& run, const std::string& what);

}  // namespace songscape
