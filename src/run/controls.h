// Feature sets that need no training, beside which every learnt latent space is shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "data/library_index.h"
#include "library/token_source.h"

namespace songscape {

struct FeatureSet {
  std::string name;
  Matrix fit;    // [n_fit_songs × d]: the songs that clusterers are fitted on
  Matrix songs;  // [n_songs × d]: every song of the library that is judged
  Matrix clips;  // [n_clips × d] of that library, empty where a song is one clip
  bool is_control = true;
};

struct ControlRequest {
  const LibraryIndex& fitted;          // the library that the run was trained on
  std::span<const int64_t> fit_songs;  // its training songs: scalers and PCA are fitted on these alone
  const LibraryIndex& judged;          // the same library, or another
  int64_t n_components;                // of PCA: the latent size it is compared with
  int n_threads;
};

// "raw mel" (as distances between whole spectrograms: principal coordinates, which keep every distance), "pca",
// "mel mean+std" (per band, standardised), "39 features" (standardised), "39 + mel mean+std".  A song is the mean of
// its clips.  Where more than kMostRawClips clips would be read, raw mel and PCA are left out, and that is logged.
inline constexpr int64_t kMostRawClips = 3000;
std::vector<FeatureSet> control_features(const ControlRequest& request);

// Of songs with sound and words, `text` their text features [n_songs × n_text], a row of zeros where a song has no
// lyrics: "39 features" (standardised), "text features" (to a mean variance of 1), both, and "pca" of both.  What no
// song has is left out; a part that a song lacks is 0.
std::vector<FeatureSet> song_control_features(const ControlRequest& request, MatrixView fitted_text,
                                              MatrixView judged_text);

// Of songs of MIDI, each the mean over the windows that its model reads: "pitch classes" (their shares), "set features"
// (midi/feature_overlap.h, standardised), both, and "pca" of both.
std::vector<FeatureSet> music_control_features(const ControlRequest& request, const TokenSource& fitted,
                                               const TokenSource& judged);

// Rows of clips averaged over each song.
Matrix mean_over_clips(MatrixView clips, const LibraryIndex& library);

}  // namespace songscape
