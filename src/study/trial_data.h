// What the trials of one study train on and are judged by: opened alike by the study and by every trial's process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/library_index.h"
#include "data/split.h"
#include "run/condition.h"
#include "run/labels.h"
#include "study/ablation.h"

namespace songscape {

struct TrialData {
  std::shared_ptr<const LibraryIndex> index;  // none for an array
  std::unique_ptr<BatchSource> source;
  std::string path;                  // of the library or array, absolute
  Split split;                       // rows of the source
  std::vector<int64_t> song_of_row;  // an array's rows are its songs
  int64_t n_songs = 0;
  std::vector<int64_t> train_songs;    // ascending
  std::vector<int64_t> held_out;       // ascending; what figures are of
  SongLabel label;                     // no name: there is none
  std::optional<Condition> condition;  // for conditional models
  std::string labels_hash;             // of the label and the condition; empty: neither
};

// `conditional`: open the condition too.  Error `usage` where neither or both of library and data are named, for an
// unknown label, and for a conditional model without label.
TrialData open_trial_data(const AblationRequest& request, bool conditional);

// The rows that a model reads of a library: the one place that knows which model reads what.
std::unique_ptr<BatchSource> open_rows(std::shared_ptr<const LibraryIndex> index, const std::string& model);

}  // namespace songscape
