// What a run was made with: its config.toml, and the model that it describes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/config.h"

namespace songscape {

class Vae;
struct TrainConfig;

struct RunConfig {
  std::string model, size, form, name;
  ConfigMap settings;  // every key of the model, and "train." keys, resolved
};

// Error `usage` where there is no such run, with what to do.
RunConfig read_run_config(const std::filesystem::path& run);

// Every "train." key of a configuration.
std::vector<ConfigRow> train_rows(TrainConfig config);

// The model of a run with the weights of its best epoch, on model_device().
std::unique_ptr<Vae> open_model(const std::filesystem::path& run);
// The same architecture with fresh weights, on model_device(): the random encoder that stands beside every figure.
std::unique_ptr<Vae> random_model(const std::filesystem::path& run, uint64_t seed);

// `settings` with short keys made whole: "epochs" → "train.epochs", "beta" → "loss.beta", where one known key alone
// ends so.  Unknown ones stay for the reader to refuse, unless only the trainer's keys are near: Error `usage`.
ConfigMap with_whole_keys(const ConfigMap& settings, const std::vector<ConfigRow>& known);

}  // namespace songscape
