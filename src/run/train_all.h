// The `train-all` command's work: every model, on one library, with several seeds; can be killed and called again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "report/table.h"

namespace songscape {

struct TrainAllRequest {
  std::string library;
  std::filesystem::path runs = "runs";
  std::string size = "spec";
  uint64_t first_seed = 1;
  int64_t n_seeds = 1;
  // Label columns, one cvae each.  Empty: language and genre, those of them that the library has.
  std::vector<std::string> conditions = {};
  std::vector<std::string> forms = {};  // of those that a model has; empty: all
  ConfigMap settings = {};              // for all, as TrainRequest's
  bool is_dry_run = false;
};

struct TrainAllResult {
  // model, form, condition, seed, state, run, parameters, epochs, best_epoch, validation_loss, validation_mse, seconds
  // (of this call).  state: "trained", "resumed", "there already", "failed: …", or with a dry run "to train", "to
  // resume".
  Table table;
  int64_t n_failed = 0;
};

// Seed by seed, each model once in each of its forms (models/registry.h), cvae for each condition.  A training whose
// settings, library, labels and seed equal those of a run in `runs` is not repeated: a finished run is taken as it is,
// an unfinished one resumed.  Faults of one training are told in its row and the others go on; an unknown condition,
// and what no training at all can begin with, are Errors before anything is trained; an interruption ends it all.
TrainAllResult train_all(const TrainAllRequest& request);

}  // namespace songscape
