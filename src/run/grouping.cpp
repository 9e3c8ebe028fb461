#include "run/grouping.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "cluster/choose_k.h"
#include "cluster/clusterer.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "data/library_source.h"
#include "data/npy.h"
#include "metrics/adjusted_rand.h"
#include "metrics/clustering_scores.h"
#include "metrics/collapse.h"
#include "run/controls.h"
#include "run/encode.h"
#include "run/labels.h"
#include "run/open_run.h"
#include "run/run_config.h"
#include "stats/bootstrap.h"
#include "stats/neighbours.h"
#include "train/inference.h"

namespace songscape {
namespace {

constexpr const char* kLatents = "vae latents";
constexpr const char* kShuffled = "shuffled labels";

// Clusters of one feature set, fitted one way, over the songs that are judged.
struct Fit {
  std::string features, algorithm, fitted_on;
  bool is_control = true;
  std::vector<int64_t> songs;   // judged
  std::vector<int32_t> labels;  // their clusters
  int64_t k = 0;
};

class Grouper {
 public:
  explicit Grouper(const GroupingRequest& request)
      : request_(request), run_(open_run(request.run)), library_(open_library_of(run_, request.library)) {
    const Split split = split_of(run_, *library_);
    train_ = split.train;
    held_out_ = split.validation;
    all_.resize(static_cast<size_t>(library_->n_songs()));
    std::iota(all_.begin(), all_.end(), int64_t{0});
    fit_rows_ = train_.empty() ? all_ : train_;
    labels_ = song_labels(*library_);
    result_.label = primary_label(labels_, request.label);
  }

  Grouping run() {
    collect_features();
    for (const std::string& algorithm : request_.algorithms) group_by(algorithm);
    compare_with_controls();
    find_excerpts();
    warn_of_collapse();
    write();
    return std::move(result_);
  }

 private:
  void collect_features() {
    const SongLatents latents = latents_of(request_.run, request_.library);
    sets_.push_back({kLatents, latents.songs, latents.clips, false});
    for (FeatureSet& s : control_features({*library_, fit_rows_, run_.model->latent_dim(), request_.n_threads}))
      sets_.push_back(std::move(s));
    sets_.push_back(random_encoder());
  }

  FeatureSet random_encoder() {
    const auto model = random_model(request_.run, request_.seed);
    std::vector<int64_t> rows(static_cast<size_t>(library_->n_clips()));
    std::iota(rows.begin(), rows.end(), int64_t{0});
    Matrix clips = encode_rows(*model, LibrarySource(library_), rows).mean;
    Matrix songs = mean_over_clips(clips, *library_);
    return {"random encoder", std::move(songs), std::move(clips), true};
  }

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
    const SongLabel* label = find_label(labels_, result_.label);
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
    const int64_t k = choose(algorithm, select_rows(sets_.front().songs, fit_rows_));
    Progress progress("cluster " + name + ", k " + std::to_string(k), static_cast<int64_t>(sets_.size()),
                      "feature sets");
    for (const FeatureSet& set : sets_) {
      throw_if_interrupted();
      if (!train_.empty() && !held_out_.empty()) {
        const Clustering fitted = fit_clusters(algorithm, select_rows(set.songs, train_), k, request_.seed);
        keep({set.name, name, "train", set.is_control, held_out_,
              assign_clusters(fitted, select_rows(set.songs, held_out_)), fitted.k()},
             set.songs);
      }
      const Clustering fitted = fit_clusters(algorithm, set.songs, k, request_.seed);
      if (!set.is_control)
        write_npy<int32_t>(folder() / ("cluster_labels_" + name + ".npy"), {library_->n_songs()}, fitted.labels);
      keep({set.name, name, "all", set.is_control, all_, fitted.labels, fitted.k()}, set.songs);
      progress.add(1);
    }
  }

  void keep(Fit fit, MatrixView songs) {
    const Matrix x = select_rows(songs, fit.songs);
    const ClusteringScores inner = score_clustering(x, fit.labels);
    const auto add = [&](const std::string& features, const std::string& label, const ClusteringScores& outer) {
      result_.rows.push_back({features, fit.algorithm, fit.fitted_on, label, fit.k,
                              static_cast<int64_t>(fit.songs.size()), inner.silhouette, inner.calinski_harabasz,
                              inner.davies_bouldin, outer.ari, outer.nmi, outer.purity});
    };
    if (labels_.empty()) add(fit.features, "", {});
    for (const SongLabel& label : labels_) {
      std::vector<int32_t> truth;
      for (const int64_t s : fit.songs) truth.push_back(label.codes[static_cast<size_t>(s)]);
      add(fit.features, label.name, outer_scores(fit.labels, truth));
      if (!fit.is_control) add(kShuffled, label.name, shuffled_scores(fit.labels, truth));
    }
    fits_.push_back(std::move(fit));
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

  double ari_of(const Fit& fit, const SongLabel& label, std::span<const int64_t> rows) const {
    std::vector<int32_t> truth, predicted;
    for (const int64_t r : rows) {
      const int32_t code = label.codes[static_cast<size_t>(fit.songs[static_cast<size_t>(r)])];
      if (code < 0) continue;
      truth.push_back(code);
      predicted.push_back(fit.labels[static_cast<size_t>(r)]);
    }
    return adjusted_rand_index(truth, predicted);
  }

  void compare_with_controls() {
    const SongLabel* label = find_label(labels_, result_.label);
    if (!label) return;
    for (const Fit& latent : fits_) {
      if (latent.is_control) continue;
      std::vector<int64_t> rows(latent.songs.size());
      std::iota(rows.begin(), rows.end(), int64_t{0});
      const Fit* best = nullptr;
      double best_ari = -1;
      for (const Fit& control : fits_)
        if (control.is_control && control.algorithm == latent.algorithm && control.fitted_on == latent.fitted_on)
          if (const double ari = ari_of(control, *label, rows); ari > best_ari) best = &control, best_ari = ari;
      if (!best) continue;
      const double own = ari_of(latent, *label, rows);
      const Interval d = paired_bootstrap(
          static_cast<int64_t>(rows.size()), [&](auto r) { return ari_of(latent, *label, r); },
          [&](auto r) { return ari_of(*best, *label, r); },
          {.resampling = Resampling::half_samples, .seed = request_.seed});
      result_.comparisons.push_back({label->name, latent.algorithm, latent.fitted_on, best->features, own, best_ari,
                                     own - best_ari, d.low, d.high});
    }
  }

  void find_excerpts() {
    if (library_->n_clips() == library_->n_songs()) return;
    std::vector<int64_t> song_of_clip;
    for (int64_t c = 0; c < library_->n_clips(); ++c) song_of_clip.push_back(library_->clip(c).song);
    double chance = 0;
    for (int64_t c = 0; c < library_->n_clips(); ++c)
      chance += static_cast<double>(library_->song(song_of_clip[static_cast<size_t>(c)]).n_clips - 1) /
                static_cast<double>(library_->n_clips() - 1);
    for (const FeatureSet& set : sets_) {
      if (set.clips.n_rows == 0) continue;
      const Neighbours nearest = find_neighbours(set.clips, 1);
      int64_t n_same = 0;
      for (int64_t c = 0; c < library_->n_clips(); ++c)
        n_same += song_of_clip[static_cast<size_t>(c)] == song_of_clip[static_cast<size_t>(nearest.of(c)[0])];
      const double n = static_cast<double>(library_->n_clips());
      result_.excerpts.push_back({set.name, library_->n_clips(), static_cast<double>(n_same) / n, chance / n});
    }
  }

  void warn_of_collapse() {
    for (const GroupingRow& r : result_.rows)
      if (r.features == kLatents && (r.label == result_.label || r.label.empty()) && r.fitted_on == "all")
        if (const auto w = collapse_warning({.silhouette = r.silhouette, .ari = r.ari})) {
          result_.warnings.push_back(r.algorithm + ": " + *w);
          log_warning(result_.warnings.back());
        }
  }

  fs::path folder() const { return results_folder(request_.run, request_.library); }
  void write() const;

  const GroupingRequest& request_;
  OpenRun run_;
  std::shared_ptr<const LibraryIndex> library_;
  std::vector<int64_t> train_, held_out_, all_, fit_rows_;
  std::vector<SongLabel> labels_;
  std::vector<FeatureSet> sets_;
  std::vector<Fit> fits_;
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

void Grouper::write() const {
  const fs::path out = folder();
  result_.full_table().write_csv(out / "clustering_metrics.csv");
  Table comparison{{"label", "algorithm", "fitted on", "best control", "ari", "control ari", "difference", "low",
                    "high", "beats it"},
                   {}};
  for (const ControlComparison& c : result_.comparisons)
    comparison.add({c.label, c.algorithm, c.fitted_on, c.best_control, c.ari, c.control_ari, c.difference, c.low,
                    c.high, c.low > 0});
  comparison.write_csv(out / "control_comparison.csv");
  Table selection{{"algorithm", "k", "silhouette", "chosen"}, {}};
  for (const SelectionPoint& p : result_.selection)
    selection.add({p.algorithm, p.k, number(p.silhouette), p.is_chosen});
  selection.write_csv(out / "cluster_selection.csv");
  if (!result_.excerpts.empty()) {
    Table excerpts{{"features", "clips", "nearest is same song", "chance"}, {}};
    for (const ExcerptRow& e : result_.excerpts) excerpts.add({e.features, e.n_clips, e.same_song, e.chance});
    excerpts.write_csv(out / "excerpt_retrieval.csv");
  }
  if (const SongLabel* label = find_label(labels_, result_.label)) {
    write_npy<int32_t>(out / "genre_labels.npy", {library_->n_songs()}, label->codes);
    Table names{{"code", label->name}, {}};
    for (size_t i = 0; i < label->classes.size(); ++i) names.add({static_cast<int64_t>(i), label->classes[i]});
    names.write_csv(out / "genre_labels.csv");
  }
}

}  // namespace

Table Grouping::table() const { return rows_table(rows, &label); }
Table Grouping::full_table() const { return rows_table(rows, nullptr); }

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
