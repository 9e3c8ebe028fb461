// What a run's own files tell of it: its settings, its training and its cost.  Nothing is measured here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/registry.h"

namespace songscape {

// Seconds for 100 epochs, from the epochs that were trained.
struct HundredEpochs {
  double hours = 0;
  int64_t n_steps = 0;  // it is extrapolated from
};

struct RunFacts {
  std::filesystem::path path;
  std::string name;  // the folder's
  std::string model, size, form = kDocumentedForm;
  int64_t seed = 0;
  std::map<std::string, std::string> settings;  // every key of config.toml but the seed and the title
  std::string condition;                        // the label column it was told; empty: none
  std::string source, content_hash, split_hash;
  bool has_library = true;  // false: trained on an array
  bool is_finished = false;

  int64_t n_epochs = 0, n_steps = 0, best_epoch = 0, n_train = 0, n_validation = 0;
  double best_validation_loss = 0, best_validation_mse = 0;  // NaN where there was no validation
  double wall_hours = 0;
  std::optional<HundredEpochs> hundred_epochs = {};  // where at least kStepsToExtrapolate steps were taken
  std::optional<double> peak_memory_gb = {};         // of the training
  std::optional<double> stability = {};              // as convergence_stability()
  std::optional<double> beta_norm = {};  // of the last epoch: β × latents ÷ values, as the loss weighs it

  bool is_supervised() const { return !condition.empty(); }
  bool is_documented() const { return form == kDocumentedForm; }
};

inline constexpr int64_t kStepsToExtrapolate = 200;

// Error `damaged` or `usage` naming the file where one is missing or wrong, weights included.
RunFacts read_run_facts(const std::filesystem::path& run);

// A run of an earlier version lacks the settings that came later; it was trained as their defaults say.
void add_defaults(RunFacts& facts, const Vae& model);

// Variance of the last fifth of the validation losses (at least two of them) over the whole drop, first less least:
// in the loss's units, 0 for a curve that has come to rest.  Nothing where there are fewer than five or none fell.
std::optional<double> convergence_stability(const std::vector<double>& validation_loss);

}  // namespace songscape
