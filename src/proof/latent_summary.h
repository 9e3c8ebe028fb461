// How songs use each dimension of z, by their posteriors.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/vae.h"
#include "train/inference.h"

namespace songscape {

struct LatentSummary {
  std::vector<double> mean, sd;  // of the posterior means over songs, [d]
  // Nats, mean over songs, [d]: to N(0, 1), or, where the prior is another, to the Gaussian of all songs' posteriors.
  std::vector<double> kl;
  std::vector<int64_t> active() const;  // sd² > .01 and KL ≥ .1 (Burda et al. 2016)
  std::vector<int64_t> by_kl() const;   // all dimensions, highest first
};
// encoded: at least one row.
LatentSummary summarise(const Encoded& encoded, bool has_standard_prior);

// False for mixtures and for priors that hang on the class.
bool has_standard_prior(const Vae& model);

}  // namespace songscape
