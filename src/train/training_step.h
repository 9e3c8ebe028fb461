// One step of training: forward, backward, Adam.  What the loop does with each batch, and what benchmarks time.
#pragma once

#include <optional>

#include "nn/agreement.h"
#include "nn/vae.h"
#include "train/adam.h"
#include "train/finite_guard.h"

namespace songscape {

// Where a step's time went.
struct StepTimes {
  double forward_sec = 0, backward_sec = 0, optimiser_sec = 0;  // the norm of the gradient is the optimiser's
  double sum() const { return forward_sec + backward_sec + optimiser_sec; }
};

class TrainingStep {
 public:
  struct Settings {
    bool is_bf16 = false;
    double weight_decay = 0;
    double max_grad_norm = 0;  // 0: gradients are not scaled down
  };
  TrainingStep(Vae& model, const Settings& settings, const std::optional<Agreement>& agreement = {});

  struct Result {
    VaeLoss loss;
    double grad_norm = 0;
    bool is_clipped = false;
    StepTimes times;
  };
  // Error `failed` that names term or parameter, step and songs where loss or gradient is not finite; the weights are
  // then as they were.
  Result run(const Batch& batch, double beta, double lr, Pass& pass, const StepPlace& place);

  Adam& optimiser() { return optimiser_; }
  const Settings& settings() const { return settings_; }

 private:
  Vae& model_;
  Settings settings_;
  std::optional<Agreement> agreement_;
  Adam optimiser_;
};

}  // namespace songscape
