// Several runs side by side: those that differ by seed alone are one variant, and every figure of a variant is a mean
// over its seeds with a 95 % interval over seeds and resampled songs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "run/labels.h"
#include "stats/bootstrap.h"
#include "study/study_run.h"

namespace songscape {

// Figures by name.  Those of groups: "ari|genre|kmeans|train" (measure, label, algorithm, what the clusterer was fitted
// on); "mixture" and "inferred" stand among the algorithms.  The others:
namespace figure {
inline constexpr const char* kMse = "mse";
inline constexpr const char* kEdgeEnergy = "edge energy";  // share of the original's that is kept
inline constexpr const char* kOnset = "onset correlation";
inline constexpr const char* kMig = "mig";  // mean over the claimed factors
inline constexpr const char* kBetaNorm = "beta_norm";
inline constexpr const char* kValidationLoss = "best validation loss";
inline constexpr const char* kHours = "hours for 100 epochs";
inline constexpr const char* kMemory = "peak memory, GB";
inline constexpr const char* kStability = "stability";
inline constexpr const char* kBestEpoch = "best epoch";
inline constexpr const char* kParameters = "parameters";
std::string inferred_accuracy(const std::string& label);  // "inferred accuracy|language"
std::string of_groups(const std::string& measure, const std::string& label, const std::string& algorithm,
                      const std::string& fitted_on = "train");
}  // namespace figure

struct Estimate {
  double value = 0;          // mean over seeds
  double low = 0, high = 0;  // 95 %; NaN where there is no interval
  int64_t n_seeds = 0;
  int64_t n_songs = 0;  // resampled too; 0: the interval is over seeds alone
};

// The mean over a variant's seeds less that of the best control by the same clusterer.
struct ControlWin {
  std::string label, algorithm, fitted_on;
  std::string control, control_algorithm;  // best in the mean over seeds
  Estimate own, best, difference;
  bool wins() const { return difference.low > 0; }
  bool loses() const { return difference.high < 0; }
};

struct Variant {
  std::string name;  // "beta_vae (loss.beta 16)", unique in the comparison
  std::string model, size, condition;
  std::vector<size_t> runs;  // of Comparison::runs, by seed
  std::map<std::string, Estimate> figures = {};
  std::vector<ControlWin> wins = {};
  bool is_supervised() const { return !condition.empty(); }
  const Estimate* find(const std::string& key) const;
};

struct ControlFigure {
  std::string features, algorithm, fitted_on, label;
  Estimate ari;
};

struct BaselineFigure {
  std::string name;
  Estimate mse, edge_energy, onset_correlation;
};

struct LeftOut {
  std::string run, reason;
};

struct Comparison {
  std::vector<StudyRun> runs;
  std::vector<Variant> variants;
  std::vector<ControlFigure> controls;
  std::vector<BaselineFigure> baselines;
  std::vector<LeftOut> left_out;
  std::vector<std::string> differing;  // settings that are not alike in the runs that have them
  std::string trained_on, judged_on;   // for people
  std::string label;                   // primary; empty without labels
  std::vector<SongLabel> labels;       // those that are judged
  int64_t n_judged = 0;
};

// Runs that differ by seed alone, by model, size and settings; names tell variants apart by what differs.
std::vector<Variant> find_variants(const std::vector<StudyRun>& runs);
// Keys whose values are not alike in all runs that have them; a run that lacks a key is of another model.
std::vector<std::string> differing_settings(const std::vector<const RunFacts*>& runs);

// Every figure of one run, without an interval.
std::map<std::string, double> figures_of(const StudyRun& run, const std::vector<SongLabel>& labels);

// Fills variants, controls and differing from runs and labels.
void estimate(Comparison& comparison, uint64_t seed);

// Of one value a song.
Estimate song_estimate(const std::vector<double>& values, uint64_t seed);

}  // namespace songscape
