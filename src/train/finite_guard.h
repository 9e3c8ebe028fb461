// Nothing that is not finite reaches the weights.
#pragma once

#include <string>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"

namespace songscape {

struct StepPlace {
  int64_t epoch = 0;   // from 1, for people
  int64_t n_step = 0;  // of all steps, from 1
  const std::vector<int64_t>& rows;
  const BatchSource& source;
};

// Error `failed` that names the first loss term which is not finite, the step and its songs: those whose own values are
// not finite, else those whose error is not, else all of the batch.
void check_loss_is_finite(const VaeLoss& loss, const Batch& batch, const StepPlace& place);

// The same for gradients: `parameter` is the first whose gradient is not finite.
[[noreturn]] void fail_on_gradient(const std::string& parameter, const StepPlace& place);

}  // namespace songscape
