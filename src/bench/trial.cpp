#include "bench/trial.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "models/registry.h"
#include "run/find_run.h"
#include "run/run_config.h"
#include "run/train_run.h"
#include "train/run_folder.h"
#include "train/weights.h"

namespace songscape {

TrainedTrial train_trial(const Trial& trial, const BatchSource& source, const Split& split) {
  const std::vector<RunSummary> runs = list_runs(trial.folder);
  fs::path run = runs.empty() ? fs::path() : runs.back().path;
  if (runs.empty() || runs.back().state != "finished") {
    TrainRequest request;
    request.runs = trial.folder;
    request.source_path = "benchmark";
    request.on_partition = trial.on_partition;
    if (run.empty()) {
      request.model = trial.model;
      for (const std::string& s : trial.settings) request.settings.set(s);
    } else {
      request.resume = run;
    }
    run = train_run(request, source, split).run;
  }
  const RunConfig config = read_run_config(run);
  TrainedTrial trained;
  trained.model = make_model(
      {.name = config.model, .size = config.size, .input_shape = source.item_shape(), .settings = config.settings});
  load_weights(*trained.model, RunFolder(run).final_weights());
  trained.wall_sec = read_json(RunFolder(run).status()).value("wall_sec", 0.0);
  return trained;
}

Json finished_result(const fs::path& folder) {
  const fs::path path = folder / "result.json";
  return fs::exists(path) ? read_json(path) : Json();
}

void save_result(const fs::path& folder, const Json& result) { write_json(folder / "result.json", result); }

Spread spread_of(const std::vector<double>& values) {
  check(!values.empty(), "there are values");
  const auto n = static_cast<double>(values.size());
  Spread s;
  for (const double v : values) s.mean += v / n;
  for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean);
  s.deviation = values.size() > 1 ? std::sqrt(s.deviation / (n - 1)) : 0;
  s.least = *std::ranges::min_element(values);
  s.most = *std::ranges::max_element(values);
  return s;
}

}  // namespace songscape
