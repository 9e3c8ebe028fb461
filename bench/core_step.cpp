// How long a training step takes, and where: forward, backward and optimiser over batches that lie in memory.  Needs
// core, kernels, data, nn, models and train only, so it also runs on a machine that has LibTorch and nothing else.
//
// usage: bench_core_step [MODEL [SIZE [BATCH [STEPS [PRECISION]]]]]     conv_vae compact 16 20 auto; a line of JSON:
// the fastest step
#include <sys/resource.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/synthetic_source.h"
#include "models/registry.h"
#include "train/environment.h"
#include "train/timed_steps.h"

namespace songscape {
namespace {

struct Request {
  std::string model = "conv_vae", size = "compact", precision = "auto";
  int64_t batch = 16, n_steps = 20;
};

Request parse(const std::vector<std::string>& words) {
  Request r;
  if (words.size() > 0) r.model = words[0];
  if (words.size() > 1) r.size = words[1];
  if (words.size() > 2) r.batch = parse_integer(words[2]).value_or(0);
  if (words.size() > 3) r.n_steps = parse_integer(words[3]).value_or(0);
  if (words.size() > 4) r.precision = words[4];
  if (r.n_steps < 1 || r.batch < 1)
    fail(ExitCode::usage,
         {.what = "BATCH or STEPS is out of range", .where = {}, .seen = {}, .wanted = "at least 1", .fix = {}});
  return r;
}

double peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

Json measure(const Request& r) {
  use_threads(0);
  const SyntheticSource songs({.n_rows = r.batch});
  const auto model = make_model({.name = r.model, .size = r.size, .input_shape = songs.item_shape()});
  TimedSteps steps(*model, songs, r.batch, r.precision);
  constexpr int64_t kWarmUp = 3;
  steps.run(kWarmUp);
  StepTimes least{1e9, 1e9, 1e9};
  for (int64_t i = 0; i < r.n_steps; ++i)
    if (const StepTimes t = steps.run(1); t.sum() < least.sum()) least = t;
  return {{"name", "training step, " + r.model + " " + r.size},
          {"precision", steps.precision()},
          {"n_parameters", model->n_parameters()},
          {"batch", r.batch},
          {"n_steps", r.n_steps},
          {"n_threads", available_cores()},
          {"least_ms", 1e3 * least.sum()},
          {"forward_ms", 1e3 * least.forward_sec},
          {"backward_ms", 1e3 * least.backward_sec},
          {"optimiser_ms", 1e3 * least.optimiser_sec},
          {"loss", steps.loss()},
          {"products", steps.n_products()},
          {"peak_memory_bytes", peak_memory_bytes()}};
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  try {
    std::puts(songscape::measure(songscape::parse({argv + (argc > 0), argv + argc})).dump().c_str());
    return 0;
  } catch (const songscape::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
}
