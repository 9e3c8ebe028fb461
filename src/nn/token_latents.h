// Where the latent variables of a piece of music stand in its z, [batch, size()]:
//   [ levels of the piece, equal parts of `piece` | bar 0's | bar 1's | … ]
#pragma once

#include "core/config.h"
#include "nn/layers.h"
#include "nn/posterior.h"
#include "nn/token_batch.h"

namespace songscape {

struct LatentsConfig {
  bool hierarchical = false;
  int64_t per_bar = 0;
  int64_t n_queries = 4;
  bool batch_norm = false;
  double batch_norm_scale = 0.6;
  double rate = 0;
  double initial_log_var = -2;
  template <class V>
  void visit(V& v) {
    v("hierarchical", hierarchical, "three levels, equal parts of latent_dim: global, local, fine");
    v("per_bar", per_bar, "latent variables of each bar, beside those of the piece", Range{0, 65536});
    v("n_queries", n_queries, "means over its tokens that a piece, level or bar is told from", Range{1, 1024});
    v("batch_norm", batch_norm, "posterior means normalised over the batch, so that none of them can collapse");
    v("batch_norm_scale", batch_norm_scale, "their deviation", Range{1e-3, 1e3});
    v("rate", rate, "nats of KL that each latent variable has, exactly, by fixed variances; 0: learnt", Range{0, 20});
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
  }
  bool operator==(const LatentsConfig&) const = default;
};

inline constexpr const char* kLevelNames[] = {"global", "local", "fine"};

struct LatentLayout {
  int64_t piece = 48;  // of the piece, all levels
  int64_t n_levels = 1;
  int64_t per_bar = 0, n_bars = 0;
  int64_t level_size() const { return piece / n_levels; }
  int64_t size() const { return piece + per_bar * n_bars; }
  int64_t condition_size() const { return piece + per_bar; }  // what a token is told
};

// Error `usage` where latent_dim has not three equal parts.
LatentLayout latent_layout(const LatentsConfig& config, int64_t latent_dim, int64_t n_bars);

// Features → the posterior of some latent variables.  batch_norm: means have mean 0 and deviation s over the batch (Zhu
// et al. 2020, "A batch normalized inference network keeps the KL vanishing away").  rate r: variances are
// e^(−2r) and s² = 1 − e^(−2r), so that the mean KL of each variable is r and the aggregate posterior has the prior's
// mean and variance.
class LatentHead {
 public:
  LatentHead(const Scope& scope, int64_t n_in, int64_t n_out, const LatentsConfig& config);
  Posterior operator()(const at::Tensor& features, const Pass& pass) const;  // [n, n_in] → [n, n_out]
  const Linear& to_mean() const { return to_mean_; }

 private:
  LatentsConfig config_;
  Linear to_mean_;
  std::optional<Linear> to_log_var_;
  at::Tensor running_mean_, running_var_;
};

}  // namespace songscape
