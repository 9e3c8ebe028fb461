// Separated attribute predictability (Kumar, Sattigeri and Balakrishnan 2018, §3): how well each single dimension
// predicts each factor, the best less the next.
#pragma once

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

// Continuous factors: R² of the line, i.e. the squared correlation.  Discrete ones: balanced accuracy of at most
// n_classes − 1 thresholds, found on one half of the rows and judged on the other, both ways; chance is 1 / n_classes,
// so a perfect code scores 1 − 1 / n_classes there.  With one dimension the next one is at chance.  Codes: finite.
FactorScores separated_predictability(MatrixView codes, const std::vector<Factor>& factors,
                                      const ScoreOptions& options = {});

}  // namespace songscape
