// One training of a benchmark, and what trials share.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/matrix.h"
#include "data/array_source.h"
#include "data/split.h"
#include "nn/vae.h"

namespace songscape {

struct Trial {
  std::filesystem::path folder;  // of this trial alone; the run lies in it
  std::string model;
  std::vector<std::string> settings;  // "key=value"
  std::function<void(MatrixView)> on_partition = {};
};

struct TrainedTrial {
  std::unique_ptr<Vae> model;  // with the weights of the last epoch
  double wall_sec = 0;         // of training, all sessions together
};

// Trains, or goes on where an earlier session stopped.
TrainedTrial train_trial(const Trial& trial, const BatchSource& source, const Split& split);

// result.json of the trial's folder; empty where it is not done.
Json finished_result(const std::filesystem::path& folder);
void save_result(const std::filesystem::path& folder, const Json& result);

struct Spread {
  double mean = 0, deviation = 0, least = 0, most = 0;  // deviation: of the sample, 0 for one value
};
Spread spread_of(const std::vector<double>& values);

}  // namespace songscape
