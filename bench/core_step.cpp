// How long a training step takes, and where: forward, backward and optimiser over batches that lie in memory.  Needs
// core, kernels, data, nn, models and train only, so it also runs on a machine that has LibTorch and nothing else.
//
// usage: bench_core_step [MODEL [SIZE [BATCH [STEPS [PRECISION]]]]]     conv_vae compact 16 20 auto; a line of JSON
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/synthetic_source.h"
#include "models/registry.h"
#include "nn/noise.h"
#include "train/environment.h"
#include "train/prefetch.h"
#include "train/training_step.h"

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

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

Json measure(const Request& r) {
  use_threads(0);
  const SyntheticSource songs({.n_rows = r.batch});
  const auto model = make_model({.name = r.model, .size = r.size, .input_shape = songs.item_shape()});
  const std::string precision = resolve_precision(r.precision, *model);
  std::vector<int64_t> rows(static_cast<size_t>(r.batch));
  std::iota(rows.begin(), rows.end(), 0);
  const Batch batch = read_batch(songs, rows);
  model->prepare(batch, r.batch);
  TrainingStep step(*model, {.is_bf16 = precision == "bf16"});
  constexpr int64_t kWarmUp = 3;
  std::vector<double> forward, backward, optimiser, all;
  double loss = 0;
  for (int64_t i = 0; i < kWarmUp + r.n_steps; ++i) {
    Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(i))};
    const auto done = step.run(batch, 1, 1e-4, pass, {.epoch = 1, .n_step = i + 1, .rows = rows, .source = songs});
    loss = done.loss.total.item<double>();
    if (i < kWarmUp) continue;
    forward.push_back(done.times.forward_sec);
    backward.push_back(done.times.backward_sec);
    optimiser.push_back(done.times.optimiser_sec);
    all.push_back(forward.back() + backward.back() + optimiser.back());
  }
  const double sec = median(all);
  return {{"name", "training step, " + r.model + " " + r.size},
          {"precision", precision},
          {"n_parameters", model->n_parameters()},
          {"batch", r.batch},
          {"n_steps", r.n_steps},
          {"n_threads", available_cores()},
          {"ms_per_step", 1e3 * sec},
          {"forward_ms", 1e3 * median(forward)},
          {"backward_ms", 1e3 * median(backward)},
          {"optimiser_ms", 1e3 * median(optimiser)},
          {"loss", loss},
          {"songs_per_sec", static_cast<double>(r.batch) / sec},
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
