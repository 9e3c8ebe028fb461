// The weight of the KL term over training.
//
// constant; linear and exponential rise to beta over warm_up_epochs (the latter from beta / 1000 by equal factors);
// cyclical rises over the first half of each cycle and stays for the second, n_cycles times (Fu et al. 2019, "Cyclical
// annealing schedule"); controller multiplies beta so that the KL stays at target_kl (as ControlVAE, Shao et al. 2020,
// with an integral term alone), between 1e-6 and 1e6 times the configured beta.
#pragma once

#include "nn/loss_config.h"

namespace songscape {

class BetaSchedule {
 public:
  explicit BetaSchedule(const LossConfig& config) : config_(config) {}
  // epoch: fractional, from 0 at the first step.
  double beta(double epoch) const;
  bool listens() const { return config_.schedule == "controller"; }
  // After each step; only the controller listens.  kl: mean nats a song of that batch.
  void observe(double kl);

  // The one thing that it remembers, for exact resume: the logarithm of the controller's factor.
  double state() const { return log_factor_; }
  void set_state(double log_factor) { log_factor_ = log_factor; }

 private:
  LossConfig config_;
  double log_factor_ = 0;
};

}  // namespace songscape
