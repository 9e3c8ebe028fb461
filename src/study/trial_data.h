// What the trials of one study train on and are judged by: opened alike by the study and by every trial's process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/matrix.h"
#include "data/batch_source.h"
#include "data/library_index.h"
#include "data/split.h"
#include "run/condition.h"
#include "run/labels.h"
#include "study/ablation.h"
#include "study/trial.h"
#include "text/text_features.h"

namespace songscape {

// What a model reads of a library, or an array: rows, each of one song.
struct SongRows {
  std::unique_ptr<BatchSource> source;
  std::vector<int64_t> song_of_row;  // an array's rows are its songs
  int64_t n_songs = 0;
  std::shared_ptr<const TextFeatures> text = {};  // of a model that reads songs

  // Ascending.
  std::vector<int64_t> rows_of(const std::vector<int64_t>& songs) const;
  // [n_songs × d]: the mean of `values`, those of `rows`, over each song; songs without a row stay 0.
  Matrix mean_over_rows(const std::vector<int64_t>& rows, MatrixView values) const;
};

struct TrialData {
  std::shared_ptr<const LibraryIndex> index;  // none for an array
  SongRows rows;
  std::string path;                    // of the library or array, absolute
  std::vector<int64_t> train_songs;    // ascending
  std::vector<int64_t> held_out;       // ascending; what figures are of
  SongLabel label;                     // no name: there is none
  std::optional<Condition> condition;  // for conditional models
  std::string labels_hash;             // of the label and the condition; empty: neither

  Split split() const { return {rows.rows_of(train_songs), rows.rows_of(held_out)}; }
};

// `conditional`: open the condition too.  own: the setting whose rows are wanted; none: those of the request's model.
// Error `usage` where neither or both of library and data are named, for an unknown label, and for a conditional model
// without label.
TrialData open_trial_data(const AblationRequest& request, bool conditional, const Setting* own = nullptr);

// The rows that a model of these settings reads of a library: the one place that knows which model reads what.  `like`:
// rows of another library whose text features serve here too; else they are fitted on the training songs of this one.
SongRows open_rows(const std::shared_ptr<const LibraryIndex>& index, const std::string& model,
                   const ConfigMap& settings, const SongRows* like = nullptr);

}  // namespace songscape
