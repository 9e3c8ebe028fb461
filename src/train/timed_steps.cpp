#include "train/timed_steps.h"

#include <numeric>

#include "nn/noise.h"
#include "nn/product_count.h"
#include "train/environment.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

std::vector<int64_t> first_rows(int64_t n) {
  std::vector<int64_t> rows(static_cast<size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

TimedSteps::TimedSteps(Vae& model, const BatchSource& source, int64_t n_rows, const std::string& precision)
    : model_(model),
      source_(source),
      precision_(resolve_precision(precision)),
      rows_(first_rows(n_rows)),
      batch_(read_batch(source, rows_)),
      step_(model, {.is_bf16 = precision_ == "bf16"}) {
  model.prepare(batch_, n_rows);
}

StepTimes TimedSteps::run(int64_t n) {
  constexpr double kBeta = 1, kRate = 1e-4;
  StepTimes sum;
  for (int64_t i = 0; i < n; ++i) {
    Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(++n_done_))};
    const ProductCount count;
    const TrainingStep::Result done =
        step_.run(batch_, kBeta, kRate, pass, {.epoch = 1, .n_step = n_done_, .rows = rows_, .source = source_});
    n_products_ = count.n_products();
    loss_ = done.loss.total.item<double>();
    sum.forward_sec += done.times.forward_sec;
    sum.backward_sec += done.times.backward_sec;
    sum.optimiser_sec += done.times.optimiser_sec;
  }
  return sum;
}

}  // namespace songscape
