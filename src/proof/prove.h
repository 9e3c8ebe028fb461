// `songscape prove`: a promise of the documents turned into figures with a verdict.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/table.h"

namespace songscape {

struct ProveRequest {
  std::string test;  // a proof's name, or "all"
  std::filesystem::path run;
  std::filesystem::path compare = {};  // reconstruction: a second run
  std::string library = {};            // judge on the songs of another library
  std::filesystem::path runs = {};     // other runs to compare with lie here; empty: none
  std::optional<int64_t> dimension = {};
  std::string condition = {}, class_name = {};
  int64_t n_samples = 0;  // 0: as the proof thinks right
  uint64_t seed = 1;
};

struct ProveOutcome {
  Table measures;  // proof, measure, value, low, high, threshold, verdict, reason
  std::vector<std::filesystem::path> files;
  std::vector<std::pair<std::string, std::string>> left_out;  // of "all": proof, why
};

struct ProofName {
  std::string name, help;
};
std::vector<ProofName> proof_names();

// Runs one proof or all that apply.  Each writes <model>_<proof>[_…].csv, .png and .svg to the results folder and its
// rows to proofs.csv there, where it replaces its own of an earlier run and no others.  Error `usage` for a proof that
// the run cannot have, with the reason; of "all" those are listed in left_out.
ProveOutcome prove(const ProveRequest& request);

}  // namespace songscape
