#include "run/grouping.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "cluster/choose_k.h"
#include "cluster/clusterer.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "metrics/adjusted_rand.h"
#include "metrics/clustering_scores.h"
#include "metrics/collapse.h"
#include "run/grouping_data.h"
#include "run/grouping_files.h"
#include "stats/bootstrap.h"
#include "stats/neighbours.h"

namespace songscape {
namespace {

constexpr const char* kShuffled = "shuffled labels";

class Grouper {
 public:
  explicit Grouper(const GroupingRequest& request)
      : request_(request),
        data_(open_grouping_data(request.run, request.library)),
        cache_(request.cache ? *request.cache : own_cache_) {
    all_.resize(static_cast<size_t>(data_.judged->n_songs()));
    std::iota(all_.begin(), all_.end(), int64_t{0});
    result_.label = primary_label(data_.labels, request.label);
  }

  Grouping run() {
    sets_ = collect_features(data_, request_, cache_);
    for (const std::string& algorithm : request_.algorithms) group_by(algorithm);
    for (const OwnGroups& own : sets_.own) keep_own(own);
    compare_with_controls();
    find_excerpts();
    judge_all_neighbours();
    warn_of_collapse();
    write_grouping(request_, data_, result_);
    return std::move(result_);
  }

 private:
  // K as asked for; the silhouette of every K tried is kept wherever it is asked for or needed.
  int64_t choose(ClusterAlgorithm algorithm, MatrixView x) {
    int64_t by_silhouette = 0;
    if (request_.k == "auto" || request_.tries_every_k) {
      const KChoice choice = choose_k(algorithm, x, {}, request_.seed);
      by_silhouette = choice.k;
      for (const auto& [k, silhouette] : choice.silhouette_of_k)
        result_.selection.push_back({std::string(cluster_algorithm_name(algorithm)), k, silhouette, k == choice.k});
    }
    if (request_.k == "auto") return by_silhouette;
    if (request_.k != "label") return *parse_integer(request_.k);
    const SongLabel* label = find_label(data_.labels, result_.label);
    if (!label)
      fail(ExitCode::usage, {.what = "--k label needs a label",
                             .where = "--k",
                             .seen = "no label in the library",
                             .wanted = {},
                             .fix = "pass --k auto or a number"});
    return static_cast<int64_t>(label->classes.size());
  }

  void group_by(const std::string& name) {
    const ClusterAlgorithm algorithm = parse_cluster_algorithms(name).front();
    const int64_t k = choose(algorithm, sets_.latents.fit);
    const auto sets = sets_.all();
    Progress progress("cluster " + name + ", k " + std::to_string(k), static_cast<int64_t>(sets.size()),
                      "feature sets");
    for (const FeatureSet* set : sets) {
      throw_if_interrupted();
      const auto make = [&] { return groups_of(*set, algorithm, k); };
      const bool is_shared = sets_.is_shared(*set);
      const std::string key = control_key(data_) + " " + set->name + " " + name + " " + std::to_string(k) + " " +
                              std::to_string(request_.seed);
      for (const SongGroups& groups : is_shared ? cache_.groups(key, make) : make()) keep(groups, set->songs);
      progress.add(1);
    }
  }

  std::vector<SongGroups> groups_of(const FeatureSet& set, ClusterAlgorithm algorithm, int64_t k) const {
    const std::string name(cluster_algorithm_name(algorithm));
    std::vector<SongGroups> groups;
    if (!data_.held_out.empty()) {
      const Clustering fitted = fit_clusters(algorithm, set.fit, k, request_.seed);
      groups.push_back({set.name, name, "train", set.is_control, fitted.k(), data_.held_out,
                        assign_clusters(fitted, select_rows(set.songs, data_.held_out))});
    }
    const Clustering fitted = fit_clusters(algorithm, set.songs, k, request_.seed);
    groups.push_back({set.name, name, "all", set.is_control, fitted.k(), all_, fitted.labels});
    return groups;
  }

  void keep_own(const OwnGroups& own) {
    const bool is_held_out = !data_.held_out.empty();
    SongGroups groups{own.algorithm == kInferred ? kInferredLabels : kLatents,
                      own.algorithm,
                      is_held_out ? "train" : "all",
                      false,
                      own.k,
                      is_held_out ? data_.held_out : all_,
                      {}};
    for (const int64_t s : groups.songs) groups.clusters.push_back(own.of_songs[static_cast<size_t>(s)]);
    keep(groups, sets_.latents.songs);
  }

  void keep(const SongGroups& groups, MatrixView songs) {
    const ClusteringScores inner = score_clustering(select_rows(songs, groups.songs), groups.clusters);
    const auto add = [&](const std::string& features, const std::string& label, const ClusteringScores& outer) {
      result_.rows.push_back({features, groups.algorithm, groups.fitted_on, label, groups.k,
                              static_cast<int64_t>(groups.songs.size()), inner.silhouette, inner.calinski_harabasz,
                              inner.davies_bouldin, outer.ari, outer.nmi, outer.purity});
    };
    if (data_.labels.empty()) add(groups.features, "", {});
    for (const SongLabel& label : data_.labels) {
      std::vector<int32_t> truth;
      for (const int64_t s : groups.songs) truth.push_back(label.codes[static_cast<size_t>(s)]);
      add(groups.features, label.name, outer_scores(groups.clusters, truth));
      if (!groups.is_control) add(kShuffled, label.name, shuffled_scores(groups.clusters, truth));
    }
    result_.groups.push_back(groups);
  }

  static ClusteringScores outer_scores(std::span<const int32_t> predicted, std::span<const int32_t> truth) {
    return score_clustering(Matrix(static_cast<int64_t>(predicted.size()), 1), predicted, truth);
  }

  // The mean over 20 shuffles of the labels among the songs that have one.
  ClusteringScores shuffled_scores(std::span<const int32_t> predicted, std::span<const int32_t> truth) const {
    constexpr int kShuffles = 20;
    ClusteringScores mean{.ari = 0, .nmi = 0, .purity = 0};
    for (int i = 0; i < kShuffles; ++i) {
      Random random(request_.seed, stream_id("shuffled labels", static_cast<uint64_t>(i)));
      std::vector<int32_t> shuffled(truth.begin(), truth.end());
      random.shuffle(shuffled);
      const ClusteringScores s = outer_scores(predicted, shuffled);
      mean.ari += s.ari / kShuffles, mean.nmi += s.nmi / kShuffles, mean.purity += s.purity / kShuffles;
    }
    return mean;
  }

  void compare_with_controls() {
    const SongLabel* label = find_label(data_.labels, result_.label);
    if (!label) return;
    for (const SongGroups& latent : result_.groups) {
      if (latent.is_control || latent.algorithm == kInferred) continue;
      const SongGroups* best = nullptr;
      double best_ari = -1;
      for (const SongGroups& control : result_.groups)
        if (control.is_control && control.fitted_on == latent.fitted_on &&
            (control.algorithm == latent.algorithm || latent.algorithm == kMixture))
          if (const double ari = ari_of_groups(control, *label); ari > best_ari) best = &control, best_ari = ari;
      if (!best) continue;
      const double own = ari_of_groups(latent, *label);
      const Interval d = paired_bootstrap(
          static_cast<int64_t>(latent.songs.size()), [&](auto r) { return ari_of_groups(latent, *label, r); },
          [&](auto r) { return ari_of_groups(*best, *label, r); },
          {.resampling = Resampling::half_samples, .seed = request_.seed});
      result_.comparisons.push_back({label->name, latent.algorithm, latent.fitted_on, best->features, best->algorithm,
                                     own, best_ari, own - best_ari, d.low, d.high});
    }
  }

  void find_excerpts() {
    if (data_.judged->n_clips() == 0 || data_.judged->n_clips() == data_.judged->n_songs()) return;
    std::vector<int64_t> song_of_clip;
    for (int64_t c = 0; c < data_.judged->n_clips(); ++c) song_of_clip.push_back(data_.judged->clip(c).song);
    double chance = 0;
    for (int64_t c = 0; c < data_.judged->n_clips(); ++c)
      chance += static_cast<double>(data_.judged->song(song_of_clip[static_cast<size_t>(c)]).n_clips - 1) /
                static_cast<double>(data_.judged->n_clips() - 1);
    for (const FeatureSet* set : sets_.all()) {
      if (set->clips.n_rows == 0) continue;
      const Neighbours nearest = find_neighbours(set->clips, 1);
      int64_t n_same = 0;
      for (int64_t c = 0; c < data_.judged->n_clips(); ++c)
        n_same += song_of_clip[static_cast<size_t>(c)] == song_of_clip[static_cast<size_t>(nearest.of(c)[0])];
      const double n = static_cast<double>(data_.judged->n_clips());
      result_.excerpts.push_back({set->name, data_.judged->n_clips(), static_cast<double>(n_same) / n, chance / n});
    }
  }

  void judge_all_neighbours() {
    for (const FeatureSet* set : sets_.all())
      std::ranges::move(judge_neighbours(set->name, set->songs, *data_.judged,
                                         data_.held_out.empty() ? all_ : data_.held_out, data_.labels),
                        std::back_inserter(result_.neighbours));
  }

  void warn_of_collapse() {
    for (const GroupingRow& r : result_.rows)
      if (r.features == kLatents && (r.label == result_.label || r.label.empty()) && r.fitted_on == "all")
        if (const auto w = collapse_warning({.silhouette = r.silhouette, .ari = r.ari})) {
          result_.warnings.push_back(r.algorithm + ": " + *w);
          log_warning(result_.warnings.back());
        }
  }

  const GroupingRequest& request_;
  GroupingData data_;
  ControlCache own_cache_;
  ControlCache& cache_;
  std::vector<int64_t> all_;
  FeatureSets sets_;
  Grouping result_;
};

Cell number(double x) { return std::isnan(x) ? Cell() : Cell(x); }

Table rows_table(const std::vector<GroupingRow>& rows, const std::string* label) {
  Table t{{"features", "algorithm", "fitted on", "label", "k", "songs", "silhouette", "calinski_harabasz",
           "davies_bouldin", "ari", "nmi", "purity"},
          {}};
  for (const GroupingRow& r : rows) {
    if (label && !r.label.empty() && r.label != *label) continue;
    t.add({r.features, r.algorithm, r.fitted_on, r.label, r.k, r.n_songs, number(r.silhouette),
           number(r.calinski_harabasz), number(r.davies_bouldin), number(r.ari), number(r.nmi), number(r.purity)});
  }
  return t;
}

}  // namespace

Table Grouping::table() const { return rows_table(rows, &label); }
Table Grouping::full_table() const { return rows_table(rows, nullptr); }

double ari_of_groups(const SongGroups& groups, const SongLabel& label, std::span<const int64_t> places) {
  std::vector<int32_t> truth, predicted;
  for (const int64_t p : places) {
    const int32_t code = label.codes[static_cast<size_t>(groups.songs[static_cast<size_t>(p)])];
    if (code < 0) continue;
    truth.push_back(code);
    predicted.push_back(groups.clusters[static_cast<size_t>(p)]);
  }
  return adjusted_rand_index(truth, predicted);
}

double ari_of_groups(const SongGroups& groups, const SongLabel& label) {
  std::vector<int64_t> places(groups.songs.size());
  std::iota(places.begin(), places.end(), int64_t{0});
  return ari_of_groups(groups, label, places);
}

Grouping group_run(const GroupingRequest& request) {
  if (request.k != "auto" && request.k != "label") {
    const auto k = parse_integer(request.k);
    if (!k || *k < 1 || *k > 100'000)
      fail(ExitCode::usage, {.what = "the number of clusters is out of range",
                             .where = "--k",
                             .seen = escape_for_terminal(request.k),
                             .wanted = "a whole number from 1 to 100000, auto, or label",
                             .fix = {}});
  }
  return Grouper(request).run();
}

}  // namespace songscape
