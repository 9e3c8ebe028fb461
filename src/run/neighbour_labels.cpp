#include "run/neighbour_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/directions.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

struct Tally {
  double hits = 0, chance = 0;
  int64_t n_asked = 0;
};

// Of song `asked` (a place in `songs`), `order` naming all of them, nearest first.
void count_hits(const std::vector<int32_t>& codes, std::span<const int32_t> group, std::span<const int64_t> order,
                size_t asked, Tally& tally) {
  if (codes[asked] < 0) return;
  int64_t n_seen = 0, n_hits = 0, n_all = 0, n_same = 0;
  for (const int64_t i : order) {
    const auto other = static_cast<size_t>(i);
    if (codes[other] < 0 || group[other] == group[asked]) continue;
    const bool is_same = codes[other] == codes[asked];
    if (n_seen < kNearestJudged) ++n_seen, n_hits += is_same;
    ++n_all, n_same += is_same;
  }
  if (n_all == 0) return;
  ++tally.n_asked;
  tally.hits += static_cast<double>(n_hits) / static_cast<double>(n_seen);
  tally.chance += static_cast<double>(n_same) / static_cast<double>(n_all);
}

// codes: one list a label.
std::vector<Tally> tallies(const Matrix& places, const std::vector<std::vector<int32_t>>& codes,
                           std::span<const int32_t> group) {
  std::vector<Tally> out(codes.size());
  const int64_t n = places.n_rows, n_asked = std::min(n, kMostAsked);
  std::vector<float> squared(static_cast<size_t>(n));
  std::vector<int64_t> order(static_cast<size_t>(n));
  for (int64_t a = 0; a < n_asked; ++a) {
    const int64_t asked = a * n / n_asked;
    squared_distances(rows_of(places, asked, 1), places, squared.data());
    std::iota(order.begin(), order.end(), int64_t{0});
    std::ranges::stable_sort(order, {}, [&](int64_t i) { return squared[static_cast<size_t>(i)]; });
    for (size_t l = 0; l < codes.size(); ++l) count_hits(codes[l], group, order, static_cast<size_t>(asked), out[l]);
  }
  return out;
}

double mean_of(double sum, const Tally& t) {
  return t.n_asked > 0 ? sum / static_cast<double>(t.n_asked) : std::nan("");
}

}  // namespace

std::vector<NeighbourRow> judge_neighbours(const std::string& features, MatrixView places, const LibraryIndex& library,
                                           std::span<const int64_t> songs, const std::vector<SongLabel>& labels) {
  if (songs.size() < 2) return {};
  std::vector<int32_t> group;
  for (const int64_t s : songs) group.push_back(library.song(s).group);
  std::vector<std::vector<int32_t>> codes;
  for (const SongLabel& label : labels) {
    auto& own = codes.emplace_back();
    for (const int64_t s : songs) own.push_back(label.codes[static_cast<size_t>(s)]);
  }
  const std::vector<Tally> by_direction =
      tallies(select_rows(directions_from_mean(places, songs), songs), codes, group);
  const std::vector<Tally> by_distance = tallies(select_rows(places, songs), codes, group);
  std::vector<NeighbourRow> rows;
  for (size_t l = 0; l < labels.size(); ++l)
    if (by_distance[l].n_asked > 0)
      rows.push_back({features, labels[l].name, static_cast<int64_t>(songs.size()),
                      mean_of(by_direction[l].hits, by_direction[l]), mean_of(by_distance[l].hits, by_distance[l]),
                      mean_of(by_distance[l].chance, by_distance[l])});
  return rows;
}

Table neighbour_table(const std::vector<NeighbourRow>& rows) {
  Table t{{"features", "label", "songs", "precision@10 by direction", "precision@10 by distance", "chance"}, {}};
  for (const NeighbourRow& r : rows) t.add({r.features, r.label, r.n_songs, r.by_direction, r.by_distance, r.chance});
  return t;
}

}  // namespace songscape
