// What an ablation's figures say, in sentences: each one computed, none written beforehand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/ablation_summary.h"

namespace songscape {

// A sentence a figure: from where to where it goes, where it is best, and what the seeds do not tell apart from that.
// Nothing for a figure that fewer than two values have.
std::vector<std::string> sweep_sentences(const SweepSummary& sweep);

// Values whose groups look tight and do not follow the labels; empty where there are none.
std::vector<std::string> collapse_sentences(const SweepSummary& sweep);

// Which setting the criterion picks, what is not told apart from it, and whether the other criterion agrees.
std::vector<std::string> best_sentences(const AblationSummary& summary);

// The strongest keys of each figure, and pairs that say more than seeds do.
std::vector<std::string> effect_sentences(const AblationSummary& summary);

// The documents' promises about sweeps (claims.md, "ablation") with verdicts, for the sweeps that there are.
struct AblationClaim {
  std::string promise, claimed, measured, verdict;
};
std::vector<AblationClaim> ablation_claims(const AblationSummary& summary);

}  // namespace songscape
