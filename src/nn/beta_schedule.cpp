#include "nn/beta_schedule.h"

#include <algorithm>
#include <cmath>

namespace songscape {
namespace {

const double kLargestLogFactor = std::log(1e6);

}  // namespace

double BetaSchedule::beta(double epoch) const {
  const LossConfig& c = config_;
  const double risen = c.warm_up_epochs > 0 ? std::min(1.0, epoch / c.warm_up_epochs) : 1.0;
  if (c.schedule == "linear") return c.beta * risen;
  if (c.schedule == "exponential") return c.beta * std::pow(1e-3, 1.0 - risen);
  if (c.schedule == "cyclical") {
    if (epoch >= c.cycle_epochs * static_cast<double>(c.n_cycles)) return c.beta;
    const double part = std::fmod(epoch, c.cycle_epochs) / c.cycle_epochs;
    return c.beta * std::min(1.0, 2 * part);
  }
  if (c.schedule == "controller") return c.beta * std::exp(log_factor_);
  return c.beta;
}

void BetaSchedule::observe(double kl) {
  if (!listens()) return;
  // An error of more than 100 % moves beta no faster: early KL can be a thousand times the target.
  const double error = std::clamp((kl - config_.target_kl) / std::max(config_.target_kl, 1e-6), -1.0, 1.0);
  log_factor_ = std::clamp(log_factor_ + config_.controller_gain * error, -kLargestLogFactor, kLargestLogFactor);
}

}  // namespace songscape
