// Reconstruction of held-out songs, beside what needs no model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "run/grouping_data.h"

namespace songscape {

// One value a held-out song, means over its clips.  NaN where undefined (a flat onset envelope).
struct SongReconstruction {
  std::vector<double> mse;                // over valid values on [0, 1], from the posterior mean
  std::vector<double> edge_energy;        // gradient energy of the reconstruction over that of the original
  std::vector<double> onset_correlation;  // of the onset envelopes
};

struct NamedReconstruction {
  std::string name;  // "global mean", "band means", "PCA-128"
  SongReconstruction songs;
};

// The run's model on data.held_out of data.judged.  Kept in reconstruction.csv of the results folder, and read back
// where it is of the same weights and songs.
SongReconstruction reconstruct_held_out(GroupingData& data, const std::filesystem::path& results);

// The mean spectrogram of the training clips, each clip's own band means, and PCA of 128 components fitted on the
// training clips.  Where there are more than kMostRawClips training clips PCA is left out.
std::vector<NamedReconstruction> reconstruction_baselines(const GroupingData& data, int n_threads);

}  // namespace songscape
