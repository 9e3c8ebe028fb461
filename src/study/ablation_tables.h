// The tables of an ablation.
#pragma once

#include <vector>

#include "report/table.h"
#include "study/ablation_summary.h"

namespace songscape {

// The documents' columns (means), then n, n_failed, sd of each, and our own figures.
Table sweep_table(const SweepSummary& sweep);
Table trials_table(const AblationPlan& plan, const std::vector<TrialRecord>& trials);
Table best_table(const AblationSummary& summary);
Table effects_table(const AblationSummary& summary);
Table pairs_table(const AblationSummary& summary);

}  // namespace songscape
