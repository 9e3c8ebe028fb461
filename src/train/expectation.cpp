#include "train/expectation.h"

#include <sys/resource.h>

#include <chrono>

#include "data/sampler.h"
#include "nn/autocast.h"
#include "nn/noise.h"
#include "train/agreement_of.h"
#include "train/environment.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

double peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace

Expectation measure_expectation(const ExpectationJob& job) {
  const Sampler sampler(job.train_rows, {.batch = job.config.batch, .seed = 0});
  const Batch batch = read_batch(job.source, sampler.batch_rows(0, 0), job.labels);
  job.scratch.prepare(batch, static_cast<int64_t>(job.train_rows.size()));
  job.scratch.tensors().move_to(job.device);
  const Batch there = batch.to(job.device);
  const std::optional<Agreement> agreement = agreement_of(job.config, job.scratch);
  Expectation e;
  for (int i = 0; i < 2; ++i) {  // the first pays for kernels being made
    const auto start = std::chrono::steady_clock::now();
    Pass pass{.is_training = true, .noise = noise_for(0, "expectation", 0, 0, job.device)};
    const Autocast bf16(resolve_precision(job.config.precision, job.device) == "bf16");
    VaeLoss loss = job.scratch.loss(there, 1.0, pass);
    if (agreement) agreement->add_to(loss, job.scratch, there, pass);
    loss.total.backward();
    wait_for(job.device);
    e.step_sec = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  const double weights = 4.0 * static_cast<double>(job.scratch.n_parameters());
  e.total_sec = e.step_sec * static_cast<double>(sampler.n_steps() * job.config.epochs) * 1.1;
  e.disk_bytes = 3 * 3 * weights + 4 * weights;  // last, previous, next; best, its next, and the two at the end
  e.memory_bytes = peak_memory_bytes() + 3 * weights;
  return e;
}

}  // namespace songscape
