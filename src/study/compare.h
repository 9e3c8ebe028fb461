// The `compare` command's work: runs named or found, measured on one library, tabled, judged and drawn.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "report/table.h"

namespace songscape {

struct LeftOutRun {
  std::string run, reason;
};

struct CompareRequest {
  std::vector<std::string> runs = {};  // folders, names in runs_folder, or models (all their finished runs); empty: all
  std::filesystem::path runs_folder = "runs";
  std::string library = {};           // judged on; empty: each run's own validation songs
  std::string factor_library = {};    // MIG is of its songs: a few hundred give noise; empty: of those judged
  std::string label = {};             // primary; empty: genre, else the first
  std::filesystem::path study = {};   // the folder that results go to
  std::filesystem::path output = {};  // one more copy: .md, .html or .csv (the comparison table)
  uint64_t seed = 1;
  int n_threads = 1;
};

struct CompareOutcome {
  Table overview, claims;
  std::vector<std::filesystem::path> files;
  std::vector<LeftOutRun> left_out;  // each with its reason, also logged
};

// Writes model_comparison.csv/.png/.svg/.html, comparison_table.csv, MODEL_COMPARISON_RESULTS.md, claims.csv, pareto
// and model_maps to the study's folder.  A run that cannot be compared (damaged, without weights, of another library)
// is left out, named with its reason.  Error `usage` where runs were named that are of different libraries, where a
// name is unknown, or where no run is left.
CompareOutcome compare_runs(const CompareRequest& request);

// Where a study of that name goes: a path as it stands, else studies/<name> beside the runs.
std::filesystem::path study_folder(const std::string& study, const std::filesystem::path& runs_folder);

}  // namespace songscape
