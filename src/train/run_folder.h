// A run on disk: one folder that holds all there is to know about it, by fixed names.
//
//   config.toml  environment.json  data.json          written before step 1
//   status.json  training_history.csv                 kept up to date
//   checkpoints/best/{model.safetensors,manifest.json}
//   checkpoints/last/{model,optimizer}.safetensors, state.json, manifest.json      previous/: the one before
//   best_model.safetensors  model_final.safetensors   when training has ended
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace songscape {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  // <runs>/<UTC>-<model>-s<seed>-<first 8 of the config's hash>, created.  A second run of the same second gets "-2".
  static RunFolder create(const std::filesystem::path& runs, const std::string& model, int64_t seed,
                          const std::string& config_toml);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path environment() const { return path_ / "environment.json"; }
  std::filesystem::path data() const { return path_ / "data.json"; }
  std::filesystem::path status() const { return path_ / "status.json"; }
  std::filesystem::path history() const { return path_ / "training_history.csv"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path best_weights() const { return path_ / "best_model.safetensors"; }
  std::filesystem::path final_weights() const { return path_ / "model_final.safetensors"; }

 private:
  std::filesystem::path path_;
};

}  // namespace songscape
