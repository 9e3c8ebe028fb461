// How long a training step takes, through the whole loop (loader, forward, backward, optimiser) on synthetic songs:
// needs core, data, nn, models and train only, so it also runs on a machine that has LibTorch and nothing else.
//
// usage: bench_core_step [MODEL [SIZE [STEPS [PRECISION]]]]     conv_vae compact 20 auto; prints one line of JSON
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/synthetic_source.h"
#include "models/registry.h"
#include "train/trainer.h"

namespace songscape {
namespace {

struct Request {
  std::string model = "conv_vae", size = "compact", precision = "auto";
  int64_t n_steps = 20;
};

Request parse(const std::vector<std::string>& words) {
  Request r;
  if (words.size() > 0) r.model = words[0];
  if (words.size() > 1) r.size = words[1];
  if (words.size() > 2) r.n_steps = parse_integer(words[2]).value_or(0);
  if (words.size() > 3) r.precision = words[3];
  if (r.n_steps < 1)
    fail(ExitCode::usage,
         {.what = "STEPS is out of range", .where = {}, .seen = words[2], .wanted = "at least 1", .fix = {}});
  return r;
}

double peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

Json measure(const Request& r) {
  TrainConfig config;
  config.epochs = 1;
  config.precision = r.precision;
  config.checkpoint_sec = 1e6;
  const SyntheticSource songs({.n_rows = config.batch * r.n_steps});
  Split split;
  split.train.resize(static_cast<size_t>(songs.n_rows()));
  std::iota(split.train.begin(), split.train.end(), 0);
  const auto model = make_model({.name = r.model, .size = r.size, .input_shape = songs.item_shape()});

  const std::filesystem::path runs = std::filesystem::temp_directory_path() / "songscape-bench";
  const RunFolder folder = RunFolder::create(runs, r.model, config.seed, to_toml(config));
  const TrainResult result = train({*model, songs, split, config, folder});
  std::filesystem::remove_all(folder.path());

  const double step_sec = result.wall_sec / static_cast<double>(result.n_steps);
  return {{"name", "training step, " + r.model + " " + r.size},
          {"precision", r.precision},
          {"n_parameters", model->n_parameters()},
          {"batch", config.batch},
          {"n_steps", result.n_steps},
          {"n_threads", available_cores()},
          {"ms_per_step", 1e3 * step_sec},
          {"songs_per_sec", static_cast<double>(config.batch) / step_sec},
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
