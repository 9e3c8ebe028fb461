#include "study/trial_figures.h"

#include <algorithm>
#include <cmath>

#include "cluster/choose_k.h"
#include "metrics/clustering_scores.h"
#include "metrics/mig.h"
#include "proof/factors.h"
#include "study/run_facts.h"

namespace songscape {
namespace {

constexpr double kNearTheEnd = .01;

Clustering cluster(MatrixView train, const SongLabel& label, uint64_t seed) {
  if (label.name.empty()) return choose_k(ClusterAlgorithm::kmeans, train, {}, seed).clustering;
  return fit_clusters(ClusterAlgorithm::kmeans, train, static_cast<int64_t>(label.classes.size()), seed);
}

double value_at(const History& history, const std::string& column, int64_t epoch) {
  const std::vector<double> values = history.column(column);
  return epoch >= 1 && static_cast<size_t>(epoch) <= values.size() ? values[static_cast<size_t>(epoch - 1)]
                                                                   : std::nan("");
}

}  // namespace

const std::vector<FigureKind>& figure_kinds() {
  using enum FigureKind::Better;
  static const std::vector<FigureKind> kinds = {{"silhouette", "silhouette", more},
                                                {"davies_bouldin", "Davies-Bouldin index", less},
                                                {"calinski_harabasz", "Calinski-Harabasz index", more},
                                                {"ari", "ARI", more},
                                                {"nmi", "NMI", more},
                                                {"purity", "purity", more},
                                                {"negative_elbo", "−ELBO (nats a held-out song)", less},
                                                {"train_silhouette", "silhouette of training songs", more},
                                                {"final_loss", "last validation loss (nats a song)", less},
                                                {"converged_epoch", "converged epoch", less},
                                                {"kl_divergence", "KL (nats a song)", neither},
                                                {"reconstruction_loss", "held-out squared error", less},
                                                {"disentanglement_score", "MIG above its null", more},
                                                {"convergence_stability", "unsteadiness of the last epochs", less},
                                                {"active_units", "active dimensions", neither},
                                                {"n_clusters", "clusters", neither},
                                                {"n_parameters", "parameters", neither},
                                                {"n_epochs", "epochs", neither},
                                                {"best_epoch", "best epoch", neither},
                                                {"train_time_sec", "training time (s)", less, true},
                                                {"memory_mb", "peak memory (MB)", less, true}};
  return kinds;
}

const FigureKind& figure_kind(const std::string& name) {
  const auto it = std::ranges::find(figure_kinds(), name, &FigureKind::name);
  check(it != figure_kinds().end(), "a figure of trials is known");
  return *it;
}

void add_grouping_figures(const TrialData& data, MatrixView songs, uint64_t seed, Figures& figures) {
  const Matrix train = select_rows(songs, data.train_songs), held_out = select_rows(songs, data.held_out);
  const Clustering fitted = cluster(train, data.label, seed);
  std::vector<int32_t> truth;
  if (!data.label.name.empty())
    for (const int64_t s : data.held_out) truth.push_back(data.label.codes[static_cast<size_t>(s)]);
  const ClusteringScores scores = score_clustering(held_out, assign_clusters(fitted, held_out), truth);
  figures["silhouette"] = scores.silhouette;
  figures["davies_bouldin"] = scores.davies_bouldin;
  figures["calinski_harabasz"] = scores.calinski_harabasz;
  figures["ari"] = scores.ari;
  figures["nmi"] = scores.nmi;
  figures["purity"] = scores.purity;
  figures["n_clusters"] = static_cast<double>(fitted.k());
  figures["train_silhouette"] = score_clustering(train, fitted.labels).silhouette;
}

double disentanglement_of(const std::shared_ptr<const LibraryIndex>& library, const std::vector<int64_t>& songs,
                          MatrixView codes) {
  if (!library || songs.size() < 2) return std::nan("");
  const SongFactors factors = factors_of({library, songs});
  return factors.main.empty() ? std::nan("") : mutual_information_gap(codes, factors.main).above_null;
}

void add_history_figures(const History& history, int64_t best_epoch, Figures& figures) {
  const std::vector<double> loss = history.column("validation_loss");
  figures["final_loss"] = loss.empty() ? std::nan("") : loss.back();
  figures["converged_epoch"] = converged_epoch(loss);
  figures["convergence_stability"] = convergence_stability(loss).value_or(std::nan(""));
  figures["kl_divergence"] = value_at(history, "validation_kl", best_epoch);
  figures["reconstruction_loss"] = value_at(history, "validation_mse", best_epoch);
  figures["active_units"] = value_at(history, "n_active", best_epoch);
  double nats = 0;
  bool is_told = false;
  for (const char* part : {"reconstruction", "audio", "text"})
    if (const double v = value_at(history, std::string("validation_") + part, best_epoch); !std::isnan(v))
      nats += v, is_told = true;
  figures["negative_elbo"] = is_told ? nats + figures["kl_divergence"] : std::nan("");
}

double converged_epoch(const std::vector<double>& loss) {
  if (loss.empty() || !std::ranges::all_of(loss, [](double v) { return std::isfinite(v); })) return std::nan("");
  const double margin = kNearTheEnd * std::abs(loss.front() - loss.back());
  const auto it = std::ranges::find_if(loss, [&](double v) { return std::abs(v - loss.back()) <= margin; });
  return static_cast<double>(it - loss.begin() + 1);
}

}  // namespace songscape
