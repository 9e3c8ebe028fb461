// Settings of the loss that all models share: sections [loss] and [likelihood] of a preset.
#pragma once

#include <string>

#include "core/config.h"

namespace songscape {

struct LossConfig {
  double beta = 1.0;
  double free_bits = 0.0;
  std::string schedule = "linear";
  double warm_up_epochs = 10;
  int64_t n_cycles = 4;
  double cycle_epochs = 20;
  double target_kl = 50;
  double controller_gain = 0.02;
  template <class V>
  void visit(V& v) {
    v("beta", beta, "weight of the KL term once the schedule is through", Range{0, 1e9});
    v("free_bits", free_bits, "nats of KL that each dimension may use for nothing", Range{0, 100});
    v("schedule", schedule, "how beta gets there",
      OneOf{"constant", "linear", "exponential", "cyclical", "controller"});
    v("warm_up_epochs", warm_up_epochs, "epochs until beta is reached (linear, exponential)", Range{0, 1e6});
    v("n_cycles", n_cycles, "cyclical: rises of beta before it stays", Range{1, 1e6});
    v("cycle_epochs", cycle_epochs, "cyclical: epochs a cycle, of which the first half rises", Range{1e-3, 1e6});
    v("target_kl", target_kl, "controller: nats of KL a song that it holds", Range{0, 1e9});
    v("controller_gain", controller_gain, "controller: relative change of beta a step at an error of 100 %",
      Range{0, 1});
  }
  bool operator==(const LossConfig&) const = default;
};

struct LikelihoodConfig {
  std::string kind = "gaussian";
  bool effective_dims = false;
  template <class V>
  void visit(V& v) {
    v("kind", kind, "p(x given z): one learnt variance (sigma-VAE), binary values, or plain squared error",
      OneOf{"gaussian", "bernoulli", "mse"});
    v("effective_dims", effective_dims,
      "scale the reconstruction term to the number of independent values, measured on training songs");
  }
  bool operator==(const LikelihoodConfig&) const = default;
};

}  // namespace songscape
