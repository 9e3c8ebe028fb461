// Latents of songs: the posterior mean of every clip, averaged over a song's clips.  A conditional model is never told
// the songs' labels here: it infers them itself, so that what is grouped by these latents may be judged by labels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct SongLatents {
  std::vector<std::string> paths;     // songs in the library's order
  std::vector<std::string> parts;     // "train", "validation" or "new", one a song
  Matrix songs;                       // [n_songs × latent_dim]
  Matrix clips;                       // [n_clips × latent_dim], or of windows of MIDI; empty where it reads songs
  std::vector<int64_t> song_of_clip;  // rows of `songs`
  std::vector<int64_t> rows_in(const std::string& part) const;
};

// Where results about `library` go: the run's folder for the library it was trained on, else RUN/on-<library's name>.
std::filesystem::path results_folder(const std::filesystem::path& run, const std::string& library);

// Encodes the run's library, or `library`, and writes latent_features.npy (f32, a row a song), latent_clips.npy and
// latent_songs.csv (row, path, part) to the results folder.
SongLatents encode_run(const std::filesystem::path& run, const std::string& library = {});

// What encode_run wrote, where it is of these weights and this library; else encodes.
SongLatents latents_of(const std::filesystem::path& run, const std::string& library = {});

}  // namespace songscape
