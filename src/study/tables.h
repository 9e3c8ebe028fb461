// The tables of a comparison, from its measured rows alone.
#pragma once

#include "report/table.h"
#include "study/comparison.h"
#include "study/contests.h"

namespace songscape {

Table model_comparison_table(const Comparison& comparison);  // a row a run, every figure
Table comparison_table(const Comparison& comparison);        // a row a variant: mean, low and high of each figure
Table overview_table(const Comparison& comparison);          // the same, fewer figures, intervals in words
Table differing_settings_table(const Comparison& comparison);
Table control_wins_table(const Comparison& comparison);  // each clustering beside its best control
Table controls_table(const Comparison& comparison);
Table baselines_table(const Comparison& comparison);
Table left_out_table(const Comparison& comparison);
Table contests_table(const Comparison& comparison, const std::vector<ContestResult>& results);
// For each purpose: which variant to take, by what figure, and what to beware of.
Table selection_guide(const Comparison& comparison, const std::vector<ContestResult>& results);

std::string interval_text(const Estimate& estimate);  // "0.0139 (0.0135 to 0.0143)"

}  // namespace songscape
