// How long a training step takes, and what the first ones lose, over a batch that lies in memory.  Needs core, kernels,
// data, nn, models and train only, so it also runs on a machine that has LibTorch and nothing else.
//
// usage: bench_core_step [MODEL [SIZE [BATCH [STEPS [PRECISION]]]]] [--device auto|cpu|cuda] [--cuda-graphs]
//        conv_vae compact 16 20 auto; MODEL all: every model.  A line of JSON a model: on the CPU the fastest step and
//        where its time went; on a GPU the fastest of STEPS / 10 rows of ten steps, each waited for at its end.
#include <sys/resource.h>

#include <algorithm>
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

constexpr int64_t kWarmUp = 3, kStepsInARow = 10, kClasses = 4;
constexpr size_t kFirstLosses = 10;

struct Request {
  std::string model = "conv_vae", size = "compact", precision = "auto", device = "cpu";
  int64_t batch = 16, n_steps = 20;
  bool records_graphs = false;
};

// Takes what begins with -- out of `words`.
void take_flags(std::vector<std::string>& words, Request& r) {
  for (size_t i = 0; i < words.size();) {
    const std::string word = words[i];
    if (!word.starts_with("--")) {
      ++i;
      continue;
    }
    words.erase(words.begin() + static_cast<int64_t>(i));
    if (word == "--cuda-graphs") {
      r.records_graphs = true;
    } else if (word == "--device" && i < words.size()) {
      r.device = words[i];
      words.erase(words.begin() + static_cast<int64_t>(i));
    } else {
      fail(ExitCode::usage, {.what = "no such option, or its value is missing",
                             .where = {},
                             .seen = escape_for_terminal(word),
                             .wanted = "--device auto|cpu|cuda, --cuda-graphs",
                             .fix = {}});
    }
  }
}

Request parse(std::vector<std::string> words) {
  Request r;
  take_flags(words, r);
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

// cvae is told a class; vade trains with its mixture from the first step.
ConfigMap settings_of(const std::string& model) {
  ConfigMap settings;
  if (model == "cvae") settings.set("n_classes=" + std::to_string(kClasses));
  if (model == "vade") settings.set("pretrain_epochs=0");
  return settings;
}

std::vector<int64_t> labels_of(const SyntheticSource& songs) {
  std::vector<int64_t> labels;
  for (int64_t row = 0; row < songs.n_rows(); ++row) labels.push_back(songs.class_of(row));
  return labels;
}

Json time_parts(TimedSteps& steps, int64_t n_steps) {
  steps.run(kWarmUp);
  StepTimes least{1e9, 1e9, 1e9};
  for (int64_t i = 0; i < n_steps; ++i)
    if (const StepTimes t = steps.run(1); t.sum() < least.sum()) least = t;
  return {{"least_ms", 1e3 * least.sum()},
          {"forward_ms", 1e3 * least.forward_sec},
          {"backward_ms", 1e3 * least.backward_sec},
          {"optimiser_ms", 1e3 * least.optimiser_sec}};
}

Json time_rows(TimedSteps& steps, int64_t n_steps) {
  steps.run_in_a_row(2 * kStepsInARow);
  std::vector<double> ms;
  for (int64_t i = 0; i < std::max<int64_t>(1, n_steps / kStepsInARow); ++i)
    ms.push_back(1e3 * steps.run_in_a_row(kStepsInARow) / kStepsInARow);
  std::ranges::sort(ms);
  return {{"least_ms", ms.front()}, {"median_ms", ms[ms.size() / 2]}};
}

Json measure(const Request& r) {
  use_threads(0);
  const SyntheticSource songs({.n_rows = r.batch, .n_classes = kClasses});
  const auto model = make_model(
      {.name = r.model, .size = r.size, .input_shape = songs.item_shape(), .settings = settings_of(r.model)});
  const at::Device device = choose_device(r.device);
  TimedSteps steps(*model, songs, r.batch,
                   {.precision = r.precision,
                    .device = device,
                    .records_graphs = r.records_graphs,
                    .labels = model->n_classes() > 0 ? labels_of(songs) : std::vector<int64_t>(),
                    .n_train = r.model == "vade" ? 1000 : 0});
  Json row = {{"name", "training step, " + r.model + " " + r.size},
              {"device", device_name(device)},
              {"precision", steps.precision()},
              {"cuda_graphs", r.records_graphs},
              {"n_parameters", model->n_parameters()},
              {"batch", r.batch},
              {"n_steps", r.n_steps},
              {"n_threads", available_cores()}};
  row.update(device.is_cpu() ? time_parts(steps, r.n_steps) : time_rows(steps, r.n_steps));
  const auto& losses = steps.losses();
  row["first_losses"] =
      std::vector<double>(losses.begin(), losses.begin() + static_cast<int64_t>(std::min(losses.size(), kFirstLosses)));
  row["loss"] = steps.loss();
  row["products"] = steps.n_products();
  row["peak_memory_bytes"] = peak_memory_bytes();
  return row;
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  using namespace songscape;
  try {
    Request request = parse({argv + (argc > 0), argv + argc});
    for (const std::string& model : request.model == "all" ? model_names() : std::vector{request.model}) {
      request.model = model;
      std::puts(measure(request).dump().c_str());
      std::fflush(stdout);
    }
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
}
