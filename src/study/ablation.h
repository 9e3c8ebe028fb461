// The `ablate` command's work: many trainings of one model with other settings, each measured alike, and what follows
// from them.  A study folder holds
//
//   ablation.json                     the request; lock: who works here
//   trials/<settings>-s<seed>-<hash>/ one trial: trial.json, its run, result.json or failure.json
//   <sweep>_sweep.csv/.png/.svg       the documents' columns (means over seeds), then ours
//   ablation.csv                      every trial
//   effects.csv, interactions.csv     what share of the differences each key accounts for
//   ABLATION.md, ablation.html        the report
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "report/table.h"
#include "study/sweep.h"

namespace songscape {

enum class AblationSearch { each, grid, random, halving };
AblationSearch parse_ablation_search(const std::string& name);
std::string ablation_search_name(AblationSearch search);

struct AblationRequest {
  std::string model = {};
  std::string size = "compact";
  std::string form = "documented";
  std::string library = {};         // or
  std::string data = {};            // an array of rows
  std::string targets = {};         // the array's classes, to judge by
  std::string label = {};           // of the library, to judge by; empty: genre, else the first
  std::string condition = {};       // of conditional models; empty: the label
  std::string factor_library = {};  // MIG is of its songs; empty: of the held-out ones
  std::vector<Sweep> sweeps = {};   // empty: default_sweeps()
  ConfigMap settings = {};          // over the preset, for every trial
  AblationSearch search = AblationSearch::each;
  int64_t n_draws = 0;  // random, halving: settings drawn from the product; 0: 20, 27
  int64_t first_seed = 1, n_seeds = 1;

  double budget_sec = 0;  // of the whole study; 0: none
  int n_workers = 1;      // trials at a time, of one thread each unless train.threads says otherwise
  std::filesystem::path study = {};
  bool is_resume = false;
  bool is_dry_run = false;
  std::string program = {};  // runs a trial by `program ablate --trial FOLDER`; empty: in this process, one at a time
};

struct AblationOutcome {
  Table trials;  // as ablation.csv
  Table best;    // by each criterion
  std::vector<std::filesystem::path> files;
  int64_t n_finished = 0, n_failed = 0, n_not_started = 0;
};

// each: every sweep by itself, all other keys as the base has them.  grid: the product of all.  random: n_draws of that
// product.  halving: n_draws of it for a ninth of the epochs, the best third of these for a third, of those for all; by
// the mean −ELBO of validation songs, no label.
//
// Finished trials are never trained again; one that fails is recorded with its message and tried once more.  With
// is_resume the study goes on, with the stored request or with one that only adds seeds, values and draws.  Errors,
// before anything is trained: `usage` for unknown keys, wrong values, a study that is there (without is_resume) or not
// (with it), another request (with a diff); `damaged` for a study of other data or labels; `locked` where another
// process works in the folder.  `failed` where the disk is full: the study stays as it is, and goes on by is_resume.
AblationOutcome run_ablation(const AblationRequest& request);

// The request of a study, to go on with.  Error `usage` where the folder holds none.
AblationRequest read_ablation(const std::filesystem::path& study);

}  // namespace songscape
