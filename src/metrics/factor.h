// What is known of each song (tempo, brightness, mode), as the disentanglement scores take it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

// Keys go round the circle of twelve: take them as discrete.
enum class FactorKind { discrete, continuous };

struct Factor {
  std::string name;
  FactorKind kind = FactorKind::continuous;
  // One a row.  NaN, infinite and, for discrete factors, negative values are unknown: those rows are left out of this
  // factor's scores.  Equal values of a discrete factor are one class.
  std::vector<double> values;
};

// Why a factor cannot be scored ("has one value only: 3", "is known for 1 row", …); empty where it can.  A score needs
// two rows and two values.
std::string why_unusable(const Factor& factor);

// The rows where the factor is known, rising.
std::vector<int64_t> known_rows(const Factor& factor);

// Classes of a discrete factor's known rows, numbered 0 … n − 1 by rising value; −1 where unknown.
std::vector<int32_t> factor_classes(const Factor& factor);

// One factor's figure.  Scores are NaN where `excluded` says why there is none.
struct FactorScore {
  std::string factor;
  std::string excluded;   // empty where scored
  int64_t n_rows = 0;     // where the factor is known
  double score = 0;       // as defined
  double null_score = 0;  // the same with the factor's values shuffled over the rows, mean over shuffles
  double above_null = 0;  // score − null_score
};

struct FactorScores {
  std::vector<FactorScore> factors;
  // Over the factors that are not excluded; NaN where all are.  The caller decides which factors to pass.
  double score = 0, null_score = 0, above_null = 0;
};
FactorScores with_means(std::vector<FactorScore> factors);

struct ScoreOptions {
  int n_bins = 20;     // of equal mass, for codes and continuous factors
  int n_shuffles = 5;  // for the null
  uint64_t seed = 0;
};

}  // namespace songscape
