// The FactorVAE score (Kim and Mnih 2018, §4), for collections that were observed, not made to order: a vote takes rows
// that share a factor's class (or bin), the dimension that varies least among them, against its variance over all, and
// a table from dimension to commonest factor is judged on votes of its own.
#pragma once

#include <string>
#include <vector>

#include "core/matrix.h"
#include "metrics/factor.h"

namespace songscape {

struct VoteOptions {
  int n_votes = 800;          // a factor, to learn the table from
  int n_test_votes = 400;     // a factor, to judge it
  int n_rows = 64;            // a vote; drawn with replacement
  double least_variance = 0;  // dimensions at or below it take no part (.01 for μ, as active units are counted)
};

// `score` is the accuracy on the factor's own votes, the mean that of all.  Chance is one over the number of factors
// that are not excluded; the null has every factor shuffled.  Codes: finite; where no dimension varies, scores are 0.
FactorScores factor_vae_score(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options = {},
                              const VoteOptions& votes = {});

}  // namespace songscape
