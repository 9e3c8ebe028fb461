// One run as a study sees it: its facts, and what was measured on the songs that it is judged on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "run/grouping.h"
#include "study/reconstruction.h"
#include "study/run_facts.h"

namespace songscape {

// A row of proofs.csv, which `songscape prove` leaves in a results folder.
struct ProofRow {
  std::string proof, measure;
  double value = 0, low = 0, high = 0;  // NaN where unknown
  std::string threshold, verdict, reason;
};

struct StudyRun {
  RunFacts facts;
  std::filesystem::path results;  // where figures about the judged library lie
  int64_t n_parameters = 0, latent_dim = 0;
  std::vector<int64_t> held_out = {};      // songs of the judged library
  SongReconstruction reconstruction = {};  // of these; empty for runs on arrays and of songs with words
  GroupedSongs groups = {};
  std::vector<double> inferred_right = {};  // conditional models, a held-out song each: 1 where the class that the
                                            // model infers is the true one, 0 where not, NaN where it is unknown
  std::map<std::string, double> mig = {};   // by factor, less the shuffled factor's; of the held-out songs' μ
  std::vector<ProofRow> proofs = {};

  const SongGroups* find_groups(const std::string& features, const std::string& algorithm,
                                const std::string& fitted_on) const;
};

struct MeasureRequest {
  std::string library;         // judged; empty: the run's own
  std::string factor_library;  // MIG is of its songs; empty: of those judged
  std::string label;
  uint64_t seed = 1;
  int n_threads = 1;
  ControlCache* cache = nullptr;
};

// Opens the run and measures what its results folder does not hold yet.
StudyRun measure_run(const RunFacts& facts, const MeasureRequest& request);

// The factors that claims are made about, of those that the library has: loudness, brightness, register, density, mode.
inline constexpr const char* kClaimedFactors[] = {"loudness", "brightness", "register", "density", "mode"};

// Of the results folder, then of the run's other results; the judged library's own rows come first.
std::vector<ProofRow> read_proofs(const std::filesystem::path& run, const std::filesystem::path& results);

}  // namespace songscape
