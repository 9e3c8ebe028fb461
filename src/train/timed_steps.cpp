#include "train/timed_steps.h"

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>
#include <numeric>

#include "core/error.h"
#include "nn/noise.h"
#include "nn/product_count.h"
#include "train/device.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr double kBeta = 1, kRate = 1e-4;

// A stream of the GPU's own; on the CPU its only one.
c10::Stream stream_of(at::Device device) {
  const c10::impl::VirtualGuardImpl guard(device.type());
  return device.is_cuda() ? guard.getStreamFromGlobalPool(device, false) : guard.getStream(device);
}

std::vector<int64_t> first_rows(int64_t n) {
  std::vector<int64_t> rows(static_cast<size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

TimedSteps::TimedSteps(Vae& model, const BatchSource& source, int64_t n_rows, const TimedStepsOptions& options)
    : model_(model),
      source_(source),
      device_(options.device),
      precision_(resolve_precision(options.precision, options.device)),
      rows_(first_rows(n_rows)),
      batch_(read_batch(source, rows_, options.labels)),
      stream_(stream_of(options.device)),
      step_(model, {.is_bf16 = precision_ == "bf16"}) {
  model.prepare(batch_, options.n_train > 0 ? options.n_train : n_rows);
  if (device_.is_cpu()) return;
  prepare_device(device_);
  model.tensors().move_to(device_);
  step_.optimiser().move_to(device_);
  batch_ = batch_.to(device_);
  queue_.emplace(model, step_.optimiser(), step_.settings(), std::nullopt, options.records_graphs);
}

StepTimes TimedSteps::run_one() {
  Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(++n_done_))};
  const ProductCount count;
  const TrainingStep::Result done =
      step_.run(batch_, kBeta, kRate, pass, {.epoch = 1, .n_step = n_done_, .rows = rows_, .source = source_});
  n_products_ = count.n_products();
  losses_.push_back(done.loss.total.item<double>());
  return done.times;
}

void TimedSteps::queue_one() {
  Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(++n_done_), device_)};
  queue_->run(batch_, kBeta, kRate, pass, {.epoch = 1, .n_step = n_done_, .rows = rows_, .source = source_});
}

StepTimes TimedSteps::run(int64_t n) {
  check(!queue_, "where time goes is known on the CPU alone");
  StepTimes sum;
  for (int64_t i = 0; i < n; ++i) {
    const StepTimes t = run_one();
    sum.forward_sec += t.forward_sec;
    sum.backward_sec += t.backward_sec;
    sum.optimiser_sec += t.optimiser_sec;
  }
  return sum;
}

double TimedSteps::run_in_a_row(int64_t n) {
  std::optional<c10::StreamGuard> own;  // the GPU's default one cannot be recorded
  if (device_.is_cuda()) own.emplace(stream_);
  wait_for(device_);
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < n; ++i) queue_ ? queue_one() : void(run_one());
  if (queue_)
    for (const StepFigures& f : queue_->collect()) losses_.push_back(f.loss);
  wait_for(device_);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace songscape
