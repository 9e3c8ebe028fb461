// The learning rate over training: constant, or half a cosine from lr to lr / 100; either after a linear warm-up.
#pragma once

#include <algorithm>
#include <cmath>

#include "train/train_config.h"

namespace songscape {

// epoch: fractional, from 0; n_epochs: all that were asked for.
inline double learning_rate(const TrainConfig& config, double epoch) {
  double lr = config.lr;
  if (config.lr_schedule == "cosine") {
    const double part = std::clamp(epoch / static_cast<double>(config.epochs), 0.0, 1.0);
    lr *= 0.01 + 0.99 * 0.5 * (1 + std::cos(M_PI * part));
  }
  if (epoch < config.lr_warm_up_epochs) lr *= (epoch + 1e-3) / config.lr_warm_up_epochs;
  return lr;
}

}  // namespace songscape
