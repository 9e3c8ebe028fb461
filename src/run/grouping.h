// Songs in groups, beside the controls that a learnt grouping has to beat.
//
// Every feature set is clustered by every algorithm: once fitted on the run's training songs and assigned to its
// validation songs ("held out", never refitted), once fitted on all songs ("all").  Scores are over the songs that
// carry the label.  No label takes part in any fit or choice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/table.h"

namespace songscape {

struct GroupingRequest {
  std::filesystem::path run;
  std::string library;                  // empty: the run's own
  std::vector<std::string> algorithms;  // of "kmeans", "ward", "gmm"
  std::string k = "auto";               // a number, "auto" (by silhouette, on training songs), or "label" (its classes)
  std::string label;                    // empty: genre where there is one, else the first label; scores of all are kept
  uint64_t seed = 1;
  int n_threads = 1;
  bool tries_every_k = false;  // keep the silhouettes of every K, also where K is given
};

struct GroupingRow {
  std::string features, algorithm, fitted_on;  // "vae latents", "kmeans", "train" or "all"
  std::string label;                           // empty where the library has none
  int64_t k = 0, n_songs = 0;
  double silhouette = 0, calinski_harabasz = 0, davies_bouldin = 0;  // NaN where undefined
  double ari = 0, nmi = 0, purity = 0;
};

// The run's ARI less the best control's, of the same songs, label and algorithm.
struct ControlComparison {
  std::string label, algorithm, fitted_on, best_control;
  double ari = 0, control_ari = 0, difference = 0;
  double low = 0, high = 0;  // 95 % interval of the difference over paired half-samples of the songs
};

// How often the nearest clip by Euclidean distance is of the same song: for libraries of several clips a song.
struct ExcerptRow {
  std::string features;
  int64_t n_clips = 0;
  double same_song = 0, chance = 0;
};

struct SelectionPoint {
  std::string algorithm;
  int64_t k = 0;
  double silhouette = 0;
  bool is_chosen = false;
};

struct Grouping {
  std::vector<GroupingRow> rows;
  std::vector<ControlComparison> comparisons;
  std::vector<ExcerptRow> excerpts;
  std::vector<SelectionPoint> selection;
  std::vector<std::string> warnings;  // collapse, as claims define it
  std::string label;                  // the one that tables show

  Table table() const;       // the rows of `label`
  Table full_table() const;  // all rows
};

// Writes clustering_metrics.csv, control_comparison.csv, cluster_selection.csv, cluster_labels_<algorithm>.npy (fitted
// on all songs), genre_labels.npy with genre_labels.csv, and excerpt_retrieval.csv where clips allow.
Grouping group_run(const GroupingRequest& request);

}  // namespace songscape
