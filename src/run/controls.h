// Feature sets that need no training, beside which every learnt latent space is shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "data/library_index.h"

namespace songscape {

struct FeatureSet {
  std::string name;
  Matrix songs;  // [n_songs × d]
  Matrix clips;  // [n_clips × d], empty where only songs were asked for
  bool is_control = true;
};

struct ControlRequest {
  const LibraryIndex& library;
  std::span<const int64_t> train_songs;  // scalers and PCA are fitted on these
  int64_t n_components;                  // of PCA: the latent size it is compared with
  int n_threads;
};

// "raw mel" (as distances between whole spectrograms: all its principal components, which keep every distance), "pca",
// "mel mean+std" (per band, standardised), "39 features" (standardised), "39 + mel mean+std".  A song is the mean of
// its clips.  Above kMostRawClips clips raw mel and PCA are left out, and that is logged.
inline constexpr int64_t kMostRawClips = 3000;
std::vector<FeatureSet> control_features(const ControlRequest& request);

// Rows of clips averaged over each song.
Matrix mean_over_clips(MatrixView clips, const LibraryIndex& library);

}  // namespace songscape
