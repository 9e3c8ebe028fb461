// The figures of a trial: their names, as the documents' tables have them, and how they are taken.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "study/trial.h"
#include "study/trial_data.h"
#include "train/history.h"

namespace songscape {

struct FigureKind {
  std::string name;   // "silhouette"
  std::string title;  // "silhouette", for people
  enum class Better { more, less, neither } better;
  bool is_cost = false;  // of time and memory: not the same at every run
};
// In the order of tables.  Clustering: k-means on the latents of training songs, held-out songs assigned; K the classes
// of the label, else by silhouette on training songs.
//   silhouette, davies_bouldin, calinski_harabasz, ari, nmi, purity      of the held-out songs
//   negative_elbo          −ELBO of a held-out song in nats, reconstruction and KL both at weight 1, best epoch
//   train_silhouette       of the training songs
//   final_loss             validation loss of the last epoch, as trained
//   converged_epoch        the first epoch whose validation loss lies within 1 % of the whole drop of the last one's
//   kl_divergence          nats a held-out song, best epoch
//   reconstruction_loss    held-out mean squared error from the posterior mean, best epoch
//   disentanglement_score  MIG less its shuffled null, mean over factors, on at most 2,000 songs
//   convergence_stability  as run_facts.h: less is steadier
//   active_units, n_clusters, n_parameters, n_epochs, best_epoch
//   train_time_sec, memory_mb   of the training alone; the peak resident memory of its process
const std::vector<FigureKind>& figure_kinds();
const FigureKind& figure_kind(const std::string& name);

using Figures = std::map<std::string, double>;

// Of the latents of all songs [n_songs × d]; also the figures of disentanglement where the library has factors.
void add_grouping_figures(const TrialData& data, MatrixView songs, uint64_t seed, Figures& figures);

// MIG of codes [songs × d] against the factors of `library`; NaN where it has none.
double disentanglement_of(const std::shared_ptr<const LibraryIndex>& library, const std::vector<int64_t>& songs,
                          MatrixView codes);

// Those that a run's training_history.csv tells.
void add_history_figures(const History& history, int64_t best_epoch, Figures& figures);

// First epoch, from 1, whose loss lies within 1 % of |first − last| of the last; NaN for a curve that is not finite.
double converged_epoch(const std::vector<double>& loss);

}  // namespace songscape
