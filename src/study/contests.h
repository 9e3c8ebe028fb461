// Which variant is best at what, by measured figures alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/comparison.h"

namespace songscape {

enum class Entrants { all, unsupervised, supervised };

struct Contest {
  std::string name;                  // "reconstruction"
  std::vector<std::string> figures;  // a variant is entered with the best of these that it has
  std::string what;                  // "held-out MSE"
  bool higher_is_better = true;
  Entrants entrants = Entrants::all;
};

struct Placing {
  size_t variant;
  std::string figure;
  Estimate estimate;
};

struct ContestResult {
  Contest contest;
  std::vector<Placing> placings;      // best first
  std::optional<Estimate> lead = {};  // of the first over the second, in the better direction; none for one entrant
  bool is_clear() const { return lead && lead->low > 0; }
};

// reconstruction, edges, supervised and unsupervised clustering, interpretability, speed, memory.  Clustering is
// against `label`; a supervised model's own condition where that is not the label is judged apart.
std::vector<Contest> contests(const std::string& label);
// Of one size: models of different sizes are not alike in cost.
ContestResult hold_contest(const Comparison& comparison, const Contest& contest, const std::string& size,
                           uint64_t seed);

// The figure of variant a less that of b, over the same songs where it is one of songs, over seeds elsewhere.
Estimate difference_of(const Comparison& comparison, const Placing& a, const Placing& b, uint64_t seed);

// The mean rank of each variant of a size over reconstruction, unsupervised clustering, interpretability and speed, of
// those contests that it entered; best first.  Empty where no two variants met.
struct MeanRank {
  size_t variant;
  double rank;
  int n_contests;
};
std::vector<MeanRank> mean_ranks(const std::vector<ContestResult>& results);

// Sizes that occur, compact first.
std::vector<std::string> sizes_of(const Comparison& comparison);

}  // namespace songscape
