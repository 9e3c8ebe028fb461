// The documents' promises as data, and what was measured of each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proof/measure.h"
#include "report/table.h"
#include "study/comparison.h"

namespace songscape {

enum class ClaimRule {
  at_most,           // the figure is ≤ bound
  at_least,          // the figure is ≥ bound
  about,             // within a tenth of bound, or below it; beyond: refuted, since layers alone decide it
  at_most_baseline,  // ≤ a baseline's mean over the same songs (figure: mse; held_against: its name)
  wins_contest,      // leads the contest (figure: its name), the interval of its lead above 0
  over_control,      // the best unsupervised ARI is ≥ bound × its best control's, the difference clear of 0
  above_kmeans,      // the mixture's ARI above k-means on the latents of every model, its own included
  sum_at_most,       // the sum over the five models is ≤ bound
  proof,             // as a proof's own threshold has it (figure: the proof's name)
  elsewhere          // of models or jobs that no run here can tell
};

struct Claim {
  std::string area, promise, claimed;
  std::string how;  // it is measured
  std::string model, condition;
  ClaimRule rule;
  std::string figure;  // or contest, or proof
  double bound = 0;
  std::string command = {};  // that would measure it where nothing here does
  std::string measure = {};  // proof: of its measures those whose name holds this
};

// Every row of the claims page, in its order.
const std::vector<Claim>& all_claims();

struct ClaimRow {
  Claim claim;
  std::string size, variant;  // "compact", "conv_vae"; empty where no run told
  std::string measure;        // what was measured, where the claim does not name it
  std::optional<Estimate> measured = {};
  Verdict verdict = Verdict::not_measured;
  std::string reason = {};
};

// A row a claim and a size; a second one where another variant of the model (a form, a setting) has a better figure
// than the documented form; a proof gives a row for each variant that was proved, and each of its measures that has a
// verdict.
std::vector<ClaimRow> judge_claims(const Comparison& comparison, uint64_t seed);

// area, promise, claimed, size, run, measured, low, high, seeds, verdict, reason, how
Table claims_table(const std::vector<ClaimRow>& rows);

}  // namespace songscape
