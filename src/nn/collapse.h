// Whether the latent space is used at all: gathered over the posteriors of validation songs.
#pragma once

#include <vector>

#include "nn/posterior.h"

namespace songscape {

struct CollapseReport {
  std::vector<double> kl_per_dim;     // nats, mean over songs
  std::vector<double> mean_variance;  // variance of the posterior mean over songs, per dimension
  int64_t n_active = 0;               // variance > .01 and KL ≥ .1 (Burda et al. 2016, and the KL beside it)
  double kl = 0;                      // total, nats
  // I(x; z) under q, nats: E log q(z|x) − E log q(z), q(z) the mean of all posteriors gathered (Hoffman & Johnson 2016,
  // "ELBO surgery"), with z at one fixed sample.  Never above log(songs).
  double mutual_information = 0;
};

class CollapseMonitor {
 public:
  void add(const Posterior& posterior);
  // Of at most `n_for_information` songs for the mutual information, whose cost grows with their square.
  CollapseReport report(int64_t n_for_information = 512) const;

 private:
  std::vector<at::Tensor> means_, log_vars_;
};

}  // namespace songscape
