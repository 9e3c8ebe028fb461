// status.json of a run: what a person or another process asks while it trains and after.
#pragma once

#include <string>

#include "train/run_folder.h"

namespace songscape {

struct RunStatus {
  std::string state;  // "running", "finished", "interrupted", "failed"
  int64_t epoch = 0, n_epochs = 0, n_steps = 0;
  double validation_loss = 0, best_validation_loss = 0, best_validation_mse = 0;
  int64_t best_epoch = 0;
  double wall_sec = 0, remaining_sec = 0;
  std::string message;  // why it stopped, or the error
};

void write_status(const RunFolder& folder, const RunStatus& status);

}  // namespace songscape
