#include "study/contests.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "core/text.h"

namespace songscape {
namespace {

constexpr int kResamples = 1000;

using RowsFigure = std::function<double(std::span<const int64_t> rows)>;

// A run's figure over any songs; none where it is not one of songs.
std::optional<RowsFigure> figure_of_songs(const Comparison& c, const StudyRun& run, const std::string& name) {
  const auto mean_of = [](const std::vector<double>& values) {
    return [&values](std::span<const int64_t> rows) {
      double sum = 0, n = 0;
      for (const int64_t r : rows)
        if (const double v = values[static_cast<size_t>(r)]; !std::isnan(v)) sum += v, ++n;
      return n > 0 ? sum / n : std::nan("");
    };
  };
  if (name == figure::kMse) return mean_of(run.reconstruction.mse);
  if (name == figure::kEdgeEnergy) return mean_of(run.reconstruction.edge_energy);
  if (name == figure::kOnset) return mean_of(run.reconstruction.onset_correlation);
  const std::vector<std::string> parts = split(name, '|');
  if (parts.size() != 4 || parts[0] != "ari") return std::nullopt;
  const SongLabel* label = find_label(c.labels, parts[1]);
  const SongGroups* groups = run.find_groups(parts[2] == kInferred ? kInferredLabels : kLatents, parts[2], parts[3]);
  if (!label || !groups) return std::nullopt;
  return [label, groups](std::span<const int64_t> rows) { return ari_of_groups(*groups, *label, rows); };
}

struct SideFigure {
  RunFigure figure;
  bool is_of_songs = false;
};

SideFigure side_of(const Comparison& c, const Placing& p) {
  const Variant& v = c.variants[p.variant];
  std::vector<RowsFigure> of_songs;
  for (const size_t r : v.runs)
    if (auto f = figure_of_songs(c, c.runs[r], p.figure)) of_songs.push_back(std::move(*f));
  const auto n_runs = static_cast<int64_t>(v.runs.size());
  if (of_songs.size() == v.runs.size())
    return {{n_runs, [of_songs](int64_t run, auto rows) { return of_songs[static_cast<size_t>(run)](rows); }}, true};
  std::vector<double> values;
  for (const size_t r : v.runs) values.push_back(figures_of(c.runs[r], c.labels)[p.figure]);
  return {{n_runs, [values](int64_t run, auto) { return values[static_cast<size_t>(run)]; }}, false};
}

bool enters(const Variant& v, Entrants entrants) {
  return entrants == Entrants::all || v.is_supervised() == (entrants == Entrants::supervised);
}

}  // namespace

std::vector<Contest> contests(const std::string& label) {
  const auto ari = [&](const char* algorithm) { return figure::of_groups("ari", label, algorithm); };
  return {{"reconstruction", {figure::kMse}, "held-out MSE", false, Entrants::all},
          {"edges", {figure::kEdgeEnergy}, "share of the edges' energy that is kept", true, Entrants::all},
          {"beats", {figure::kOnset}, "correlation of the onset envelopes", true, Entrants::all},
          {"unsupervised clustering",
           {ari("kmeans"), ari("ward"), ari("gmm"), ari(kMixture)},
           "ARI against " + label + ", held-out songs, each with its best clusterer",
           true,
           Entrants::unsupervised},
          {"supervised clustering",
           {ari("kmeans"), ari("ward"), ari("gmm"), ari(kInferred)},
           "ARI against " + label + ", held-out songs, each with its best clusterer or its inferred labels",
           true,
           Entrants::supervised},
          {"interpretability", {figure::kMig}, "MIG, mean over the claimed factors", true, Entrants::all},
          {"speed", {figure::kHours}, "hours for 100 epochs", false, Entrants::all},
          {"memory", {figure::kMemory}, "peak memory of the training, GB", false, Entrants::all}};
}

Estimate difference_of(const Comparison& c, const Placing& a, const Placing& b, uint64_t seed) {
  const SideFigure of_a = side_of(c, a), of_b = side_of(c, b);
  const auto n_seeds = std::min(of_a.figure.n_runs, of_b.figure.n_runs);
  const bool is_of_songs = of_a.is_of_songs && of_b.is_of_songs;
  const bool is_of_pairs = a.figure.starts_with("ari");
  const auto n_rows =
      is_of_songs ? static_cast<int64_t>(c.runs[c.variants[a.variant].runs.front()].held_out.size()) : 1;
  const Interval d =
      paired_bootstrap_over_runs(std::max<int64_t>(1, n_rows), of_a.figure, of_b.figure,
                                 {.resampling = is_of_pairs ? Resampling::half_samples : Resampling::with_replacement,
                                  .n_resamples = kResamples,
                                  .seed = seed});
  if (!is_of_songs && n_seeds < 2) return {d.estimate, std::nan(""), std::nan(""), n_seeds, 0};
  return {d.estimate, d.low, d.high, n_seeds, is_of_songs ? n_rows : 0};
}

ContestResult hold_contest(const Comparison& c, const Contest& contest, const std::string& size, uint64_t seed) {
  ContestResult result{.contest = contest, .placings = {}};
  const double sign = contest.higher_is_better ? 1 : -1;
  for (size_t i = 0; i < c.variants.size(); ++i) {
    const Variant& v = c.variants[i];
    if (v.size != size || !enters(v, contest.entrants)) continue;
    std::optional<Placing> own;
    for (const std::string& name : contest.figures)
      if (const Estimate* e = v.find(name); e && (!own || sign * e->value > sign * own->estimate.value))
        own = Placing{i, name, *e};
    if (own) result.placings.push_back(std::move(*own));
  }
  std::stable_sort(result.placings.begin(), result.placings.end(), [&](const Placing& a, const Placing& b) {
    return sign * a.estimate.value > sign * b.estimate.value;
  });
  if (result.placings.size() < 2) return result;
  Estimate lead = difference_of(c, result.placings[0], result.placings[1], seed);
  if (sign < 0) lead = {-lead.value, -lead.high, -lead.low, lead.n_seeds, lead.n_songs};
  result.lead = lead;
  return result;
}

std::vector<MeanRank> mean_ranks(const std::vector<ContestResult>& results) {
  const std::set<std::string> counted = {"reconstruction", "unsupervised clustering", "interpretability", "speed"};
  std::map<size_t, MeanRank> ranks;
  for (const ContestResult& r : results) {
    if (!counted.contains(r.contest.name) || r.placings.size() < 2) continue;
    for (size_t place = 0; place < r.placings.size(); ++place) {
      MeanRank& m =
          ranks.try_emplace(r.placings[place].variant, MeanRank{r.placings[place].variant, 0, 0}).first->second;
      m.rank += static_cast<double>(place + 1);
      ++m.n_contests;
    }
  }
  std::vector<MeanRank> out;
  for (auto& [variant, m] : ranks) out.push_back({variant, m.rank / m.n_contests, m.n_contests});
  std::stable_sort(out.begin(), out.end(), [](const MeanRank& a, const MeanRank& b) {
    return std::pair(-a.n_contests, a.rank) < std::pair(-b.n_contests, b.rank);
  });
  return out;
}

std::vector<std::string> sizes_of(const Comparison& comparison) {
  std::set<std::string> sizes;
  for (const Variant& v : comparison.variants) sizes.insert(v.size);
  return {sizes.begin(), sizes.end()};
}

}  // namespace songscape
