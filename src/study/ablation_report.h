// The figures and the page of an ablation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/figure.h"
#include "report/page.h"
#include "study/ablation_summary.h"

namespace songscape {

// Means with intervals over seeds, a panel a figure: lines for numbers, bars for names.  Nothing where no trial of the
// sweep has finished.
std::optional<Figure> sweep_figure(const SweepSummary& sweep);
// Shares of keys and pairs in the differences of each headline figure; nothing where keys were varied one at a time.
std::optional<Figure> effects_figure(const AblationSummary& summary);
// Keys by keys: the share that a pair adds to both, of the criterion.
std::optional<Figure> interactions_figure(const AblationSummary& summary);

struct AblationFigure {
  std::string name;   // without ending
  std::string sweep;  // its key; empty: of all
  Figure figure;
};

struct AblationFacts {
  std::string data, label;  // label: empty where there is none
  int64_t n_train = 0, n_held_out = 0;
  std::vector<std::string> taught = {};  // models that were told the condition of the training songs
  std::string condition = {};
  bool ran_out_of_budget = false;
};

ReportPage ablation_page(const AblationRequest& request, const AblationFacts& facts, const AblationPlan& plan,
                         const std::vector<TrialRecord>& trials, const AblationSummary& summary,
                         const std::vector<AblationFigure>& figures);

}  // namespace songscape
