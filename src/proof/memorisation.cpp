#include "proof/memorisation.h"

#include <algorithm>

#include "core/error.h"
#include "proof/quantile.h"
#include "stats/neighbours.h"

namespace songscape {
namespace {

constexpr double kLeastDifference = .25;

double median_ratio(const std::vector<NearestSong>& songs) {
  std::vector<double> ratios;
  for (const NearestSong& n : songs) ratios.push_back(n.ratio);
  return quantile(ratios, .5);
}

double share_below(const std::vector<NearestSong>& songs, double limit) {
  const auto n = std::count_if(songs.begin(), songs.end(), [&](const NearestSong& s) { return s.ratio < limit; });
  return static_cast<double>(n) / static_cast<double>(songs.size());
}

}  // namespace

std::vector<NearestSong> nearest_songs(MatrixView reference, MatrixView queries) {
  check(reference.n_rows >= 2, "there are two songs to be near to");
  const Neighbours nearest = find_neighbours(reference, queries, 2);
  std::vector<NearestSong> out;
  for (int64_t i = 0; i < queries.n_rows; ++i) {
    const double first = nearest.distance(i, 0), second = nearest.distance(i, 1);
    out.push_back({first, second > 0 ? first / second : 1});
  }
  return out;
}

std::optional<double> share_of_copies(const std::vector<NearestSong>& songs, const std::vector<NearestSong>& copies,
                                      const std::vector<NearestSong>& no_copies) {
  const double limit = (median_ratio(copies) + median_ratio(no_copies)) / 2;
  const double of_copies = share_below(copies, limit), of_others = share_below(no_copies, limit);
  if (of_copies - of_others < kLeastDifference) return std::nullopt;
  return std::clamp((share_below(songs, limit) - of_others) / (of_copies - of_others), 0.0, 1.0);
}

}  // namespace songscape
