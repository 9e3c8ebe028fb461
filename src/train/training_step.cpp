#include "train/training_step.h"

#include <chrono>
#include <cmath>

#include "nn/autocast.h"

namespace songscape {
namespace {

// Seconds since it was last asked.
class Lap {
 public:
  double next() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

TrainingStep::TrainingStep(Vae& model, const Settings& settings, const std::optional<Agreement>& agreement)
    : model_(model), settings_(settings), agreement_(agreement), optimiser_(model.tensors(), settings.weight_decay, model.parameter_groups()) {}

TrainingStep::Result TrainingStep::run(const Batch& batch, double beta, double lr, Pass& pass, const StepPlace& place) {
  Result result;
  Lap lap;
  {
    const Autocast bf16(settings_.is_bf16);
    const GradientFactors::Scope factors(optimiser_.factors());
    result.loss = model_.loss(batch, beta, pass);
    if (agreement_) agreement_->add_to(result.loss, model_, batch, pass);
  }
  check_loss_is_finite(result.loss, batch, place);
  result.times.forward_sec = lap.next();
  result.loss.total.backward();
  result.times.backward_sec = lap.next();
  result.grad_norm = optimiser_.grad_norm();
  if (!std::isfinite(result.grad_norm)) fail_on_gradient(optimiser_.bad_gradient(), place);
  result.is_clipped = settings_.max_grad_norm > 0 && result.grad_norm > settings_.max_grad_norm;
  optimiser_.step(lr, result.is_clipped ? result.grad_norm / settings_.max_grad_norm : 1.0);
  result.times.optimiser_sec = lap.next();
  return result;
}

}  // namespace songscape
