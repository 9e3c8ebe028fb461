// Reconstructions that need no training of a network, beside which a model's error is shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "proof/context.h"
#include "stats/pca.h"

namespace songscape {

// Fitted on the run's training songs, padding counted as the silence that it holds.
class Baselines {
 public:
  // n_components: of the PCA; it takes at most kMostPcaClips training clips, evenly spread.
  Baselines(const ProofSongs& train, int64_t n_components);
  static constexpr int64_t kMostPcaClips = 1500;

  std::vector<std::string> names() const;  // "global mean", "own band means", "PCA-128"
  // x: [n × kMelValues], n_valid_frames each.  One matrix a name, of x's shape.
  std::vector<Matrix> reconstruct(MatrixView x, const std::vector<int64_t>& n_valid_frames) const;

 private:
  Pca pca_;  // its mean is the training clips' mean
};

}  // namespace songscape
