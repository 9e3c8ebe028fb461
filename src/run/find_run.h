// Runs on disk: which there are, and the one that a flag means.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace songscape {

struct RunSummary {
  std::filesystem::path path;
  std::string model, size, name, state;  // state: "running", "finished", "interrupted" or "failed"
  int64_t n_epochs = 0;
  std::optional<double> best_validation_loss = {};
};

// The runs of a folder, oldest first; folders that are no run are passed over, damaged runs with a warning.
std::vector<RunSummary> list_runs(const std::filesystem::path& runs);

// `name` is a run's folder, its name inside `runs`, or a model: then the finished run of the lowest validation loss,
// which is said.  Error `usage` naming the nearest where there is none.
std::filesystem::path find_run(const std::string& name, const std::filesystem::path& runs);

}  // namespace songscape
