// An ablation's trials brought together: means over seeds by value of each sweep, effects of keys, the best setting.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/ablation_plan.h"
#include "study/effects.h"
#include "study/trial_figures.h"

namespace songscape {

struct FigureSummary {
  double mean = 0, sd = 0;   // sd over n − 1; NaN for n = 1
  double low = 0, high = 0;  // Student's 95 % interval of the mean; NaN for n = 1
  int64_t n = 0;
};

// Trials that are summed up together.
struct TrialGroup {
  std::map<std::string, FigureSummary> figures;  // of the finished ones; those that are undefined are not there
  int64_t n_finished = 0, n_failed = 0, n_not_started = 0;
  const FigureSummary* find(const std::string& figure) const;
};
TrialGroup summarise(const std::vector<const TrialRecord*>& records);

struct SweepRow {
  ConfigValue value;
  TrialGroup group;
};
struct SweepSummary {
  std::string key;
  std::string column;                // as in the documents' table: "learning_rate"
  std::vector<std::string> figures;  // the documents' columns
  std::vector<SweepRow> rows;
  bool is_numeric = false;
  std::string file_name() const;  // "learning_rate_sweep"
};

struct SettingSummary {
  Setting setting;
  TrialGroup group;
};

struct KeyEffect {
  std::string figure, key, other;  // other: empty but for pairs
  Effect effect;
};

// The mean of a figure where two keys have these values.
struct PairCell {
  std::string key, other;
  ConfigValue value, other_value;
  TrialGroup group;
};

// What the engine hands over.
struct AblationRecords {
  std::vector<Setting> compared;   // the plan's settings as trained alike: halving's are those of the first rung
  std::vector<Setting> finalists;  // those that the best is picked from: halving's are those of its last rung
  std::vector<TrialRecord> trials;
};

struct AblationSummary {
  std::vector<SweepSummary> sweeps;
  std::vector<SettingSummary> settings, finalists;
  std::vector<KeyEffect> effects;
  std::vector<PairCell> pairs;
  bool has_pairs = false;                   // keys were varied together
  std::string criterion = "negative_elbo";  // figure that decides: negative_elbo, or final_loss where there is none
  std::optional<size_t> best, best_by_silhouette;  // of finalists
};
AblationSummary summarise_ablation(const AblationRequest& request, const AblationPlan& plan,
                                   const AblationRecords& records);

// The figures that sentences, effects and pairs are about, of those that there are.
std::vector<std::string> headline_figures(const AblationSummary& summary);

// Half the width within which the difference of two means is noise of seeds: Welch's t at 95 %; NaN where one of them
// has a single seed.
double seed_noise(const FigureSummary& a, const FigureSummary& b);
bool differ(const FigureSummary& a, const FigureSummary& b);  // beyond it
std::string show(const FigureSummary& summary);               // "0.512 ± 0.011", sd

}  // namespace songscape
