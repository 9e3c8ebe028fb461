// A training that takes a second, for tests of what surrounds it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "data/row_split.h"
#include "data/synthetic_source.h"
#include "models/registry.h"
#include "train/trainer.h"

namespace songscape {

struct SmallRun {
  SyntheticSource source{{.n_rows = 23, .item_shape = {16, 30}, .vary_length = true}};
  Split split = split_rows(23);
  TrainConfig config;
  std::string model = "conv_vae";

  SmallRun() {
    config.epochs = 4;
    config.batch = 4;
    config.threads = 1;
    config.checkpoint_sec = 0;
    config.precision = "f32";
    config.seed = 5;
  }
  std::unique_ptr<Vae> make() const {
    ModelSpec spec{.name = model, .size = "compact", .input_shape = {16, 30}, .seed = 5};
    for (const char* s : {"latent_dim=4", "loss.schedule=controller", "dropout=0.1"}) spec.settings.set(s);
    spec.settings.set(model == "conv_vae" ? "channels=[4,8]" : "widths=[16,8]");
    return make_model(spec);
  }
  TrainResult go(const std::filesystem::path& folder) const {
    const auto vae = make();
    return go(folder, *vae, source);
  }
  TrainResult go(const std::filesystem::path& folder, Vae& vae, const BatchSource& rows) const {
    make_folder(folder);
    return train({vae, rows, split, config, RunFolder(folder)});
  }
};

// All that must be equal to the bit, by name: weights, optimiser, state and history, times left out.
inline std::map<std::string, std::string> fingerprint(const std::filesystem::path& run) {
  std::map<std::string, std::string> parts;
  for (const char* file : {"checkpoints/last/model.safetensors", "checkpoints/last/optimizer.safetensors",
                           "checkpoints/best/model.safetensors", "best_model.safetensors", "model_final.safetensors"})
    parts[file] = sha256_file(run / file);
  Json state = read_json(run / "checkpoints/last/state.json");
  state.erase("wall_sec");
  parts["state"] = state.dump();
  for (const std::string& line : split(read_file(run / "training_history.csv"), '\n')) {
    std::vector<std::string> cells = songscape::split(line, ',');
    if (cells.size() > 3) cells.erase(cells.begin() + 2, cells.begin() + 4);  // seconds, wait_seconds
    parts["history"] += join(cells, ",") + "\n";
  }
  return parts;
}

}  // namespace songscape
