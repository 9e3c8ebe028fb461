// Mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement", eq. 6): for each factor the
// information of the dimension that tells most about it less that of the next, over the factor's entropy.
#pragma once

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

// On [0, 1], 1 where one dimension alone tells a factor.  With one dimension the next one's information is 0.
// codes [n × d], finite, μ or sampled z.  10,000 rows or so: with 128 independent dimensions and 180 rows the largest
// normalised information of noise is .32.
FactorScores mutual_information_gap(MatrixView codes, const std::vector<Factor>& factors,
                                    const ScoreOptions& options = {});

// The same codes turned by random rotations (Haar): what a code without preferred axes would score.  Rotations take all
// the columns given: pass the active ones, or a few of them are spread over all.
struct RotatedMig {
  double score = 0;             // of the codes as they are, mean over factors
  double rotated_mean = 0;      // over rotations
  double rotated_sd = 0;        // over n − 1; 0 for one rotation
  double share_below = 0;       // of rotations that score below the codes
  std::vector<double> rotated;  // [n_rotations]
};
RotatedMig mig_against_rotations(MatrixView codes, const std::vector<Factor>& factors, int n_rotations = 20,
                                 const ScoreOptions& options = {});

}  // namespace songscape
