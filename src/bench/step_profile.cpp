#include "bench/step_profile.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>

#include <algorithm>
#include <chrono>

#include "bench/steps.h"
#include "bench/timing.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/half_array.h"
#include "train/environment.h"

namespace songscape {
namespace {

constexpr int kTrials = 5;
constexpr double kAdamBytes = 28;  // a parameter: 4 values read, 3 written

double least_seconds(const std::function<void()>& job) {
  double least = 1e9;
  for (int i = 0; i <= kTrials; ++i) {
    const auto start = std::chrono::steady_clock::now();
    job();
    const double sec = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (i > 0) least = std::min(least, sec);  // the first warms up
  }
  return least;
}

// Halves to floats alone.
double read_seconds(int64_t batch, const std::vector<int64_t>& item_shape) {
  int64_t n = batch;
  for (const int64_t d : item_shape) n *= d;
  const std::vector<uint16_t> stored(static_cast<size_t>(n), uint16_t{0x3800});
  std::vector<float> out(stored.size());
  return least_seconds([&] { from_half(stored, out); });
}

std::vector<Cell> row_of(const StepSpec& spec, int64_t n_steps, const MachineRates& rates) {
  BenchSteps steps(spec);
  steps.run(3);
  std::vector<double> forward, backward, optimiser, all;
  for (int64_t i = 0; i < n_steps; ++i) {
    const StepTimes t = steps.run(1);
    forward.push_back(t.forward_sec);
    backward.push_back(t.backward_sec);
    optimiser.push_back(t.optimiser_sec);
    all.push_back(t.sum());
  }
  const double step = median_of(all),
               arithmetic = static_cast<double>(steps.n_products()) / rates.bf16_products_per_sec,
               traffic = kAdamBytes * static_cast<double>(steps.model().n_parameters()) / rates.bytes_per_sec;
  const auto ms = [](double sec) { return Cell(1e3 * sec); };
  return {spec.model,
          spec.size,
          spec.batch,
          ms(read_seconds(spec.batch, steps.model().input_shape())),
          ms(median_of(forward)),
          ms(median_of(backward)),
          ms(median_of(optimiser)),
          ms(step),
          ms(arithmetic),
          ms(traffic),
          ms(arithmetic + traffic),
          step / (arithmetic + traffic)};
}

}  // namespace

MachineRates measure_rates() {
  const at::NoGradGuard no_grad;
  use_threads(worker_threads());
  constexpr int64_t kSide = 4096, kValues = int64_t{1} << 27;
  MachineRates rates;
  {
    const at::Tensor a = at::rand({kSide, kSide}).to(at::kBFloat16), b = at::rand({kSide, kSide}).to(at::kBFloat16);
    rates.bf16_products_per_sec = static_cast<double>(kSide * kSide * kSide) / least_seconds([&] { at::mm(a, b.t()); });
  }
  at::Tensor x = at::ones({kValues}), y = at::ones({kValues});
  rates.bytes_per_sec = 12.0 * static_cast<double>(kValues) / least_seconds([&] { y.add_(x); });
  return rates;
}

Table step_profile(int64_t n_steps) {
  const MachineRates rates = measure_rates();
  log_info("this machine: " + format_number(2e-9 * rates.bf16_products_per_sec, 4) + " GFLOP/s in bf16, " +
           format_number(1e-9 * rates.bytes_per_sec, 4) + " GB/s");
  Table table{{"model", "size", "batch", "read", "forward", "backward", "optimiser", "step", "arithmetic", "traffic",
               "limit", "times_limit"},
              {}};
  for (const StepSpec& spec : {StepSpec{"conv_vae", "spec", 16}, StepSpec{"basic_vae", "spec", 32},
                               StepSpec{"conv_vae", "compact", 16}, StepSpec{"basic_vae", "compact", 32}})
    table.add(row_of(spec, n_steps, rates));
  return table;
}

}  // namespace songscape
