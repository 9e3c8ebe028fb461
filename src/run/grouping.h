// Songs in groups, beside the controls that a learnt grouping has to beat.
//
// Every feature set is clustered by every algorithm, in two ways.  "train": scaler, PCA and clusterer are fitted on the
// run's training songs; the songs that are judged are assigned, never refitted: the run's validation songs, or, with
// another library, all songs of that one which the run has not trained on.  "all": the clusterer is fitted on all songs
// of the library that is judged.  Scores are over the songs that carry the label.  No label takes part in any fit or
// choice.  Beside the clusterers stand the groups that a model makes by itself (run/own_groups.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/table.h"
#include "run/labels.h"
#include "run/neighbour_labels.h"

namespace songscape {

class ControlCache;

struct GroupingRequest {
  std::filesystem::path run;
  std::string library;                  // empty: the run's own
  std::vector<std::string> algorithms;  // of "kmeans", "ward", "gmm"
  std::string k = "auto";               // a number, "auto" (by silhouette, on training songs), or "label" (its classes)
  std::string label;                    // empty: genre where there is one, else the first label; scores of all are kept
  uint64_t seed = 1;
  int n_threads = 1;
  bool tries_every_k = false;     // keep the silhouettes of every K, also where K is given
  ControlCache* cache = nullptr;  // shared by runs of one split that are judged on one library
};

// One clustering of the songs that are judged.
struct SongGroups {
  std::string features, algorithm, fitted_on;
  bool is_control = true;
  int64_t k = 0;
  std::vector<int64_t> songs = {};     // rows of the judged library
  std::vector<int32_t> clusters = {};  // of these songs
};

struct GroupingRow {
  std::string features, algorithm, fitted_on;  // "vae latents", "kmeans", "train" or "all"
  std::string label;                           // empty where the library has none
  int64_t k = 0, n_songs = 0;
  double silhouette = 0, calinski_harabasz = 0, davies_bouldin = 0;  // NaN where undefined
  double ari = 0, nmi = 0, purity = 0;
};

// The run's ARI less the best control's, of the same songs and label, by the same algorithm (of any, where the model's
// own mixture made the groups).
struct ControlComparison {
  std::string label, algorithm, fitted_on, best_control, control_algorithm;
  double ari = 0, control_ari = 0, difference = 0;
  double low = 0, high = 0;  // 95 % interval of the difference over paired half-samples of the songs
};

// Against a label of the judged library, over the songs at `places` of groups.songs (or all) that have it.
double ari_of_groups(const SongGroups& groups, const SongLabel& label);
double ari_of_groups(const SongGroups& groups, const SongLabel& label, std::span<const int64_t> places);

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

// What later steps need of a grouping, and its files keep.
struct GroupedSongs {
  std::vector<GroupingRow> rows;
  std::vector<SongGroups> groups;
};

struct Grouping : GroupedSongs {
  std::vector<ControlComparison> comparisons;
  std::vector<ExcerptRow> excerpts;
  std::vector<NeighbourRow> neighbours;  // of every feature set and label, over held-out songs, or all
  std::vector<SelectionPoint> selection;
  std::vector<std::string> warnings;  // collapse, as claims define it
  std::string label;                  // the one that tables show

  Table table() const;       // the rows of `label`
  Table full_table() const;  // all rows
};

// Writes clustering_metrics.csv, cluster_assignments.csv (a row a song, a column a clustering), control_comparison.csv,
// cluster_selection.csv, cluster_labels_<algorithm>.npy (fitted on all songs), genre_labels.npy with genre_labels.csv,
// neighbour_labels.csv, and excerpt_retrieval.csv where clips allow, to the results folder.
Grouping group_run(const GroupingRequest& request);

// What group_run wrote, where it is of these weights, libraries and settings; else groups.
GroupedSongs grouped_songs_of(const GroupingRequest& request);

}  // namespace songscape
