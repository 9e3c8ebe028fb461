#include "study/trial_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/array_source.h"
#include "data/library_source.h"
#include "data/row_split.h"

namespace songscape {
namespace {

void hash_labels(TrialData& data) {
  if (data.label.name.empty() && !data.condition) return;
  Json json = {{"label", data.label.name}, {"classes", data.label.classes}, {"codes", data.label.codes}};
  if (data.condition) {
    json["condition"] = data.condition->to_json();
    json["condition"].erase("path");
  }
  data.labels_hash = sha256_hex(json.dump());
}

TrialData open_array(const AblationRequest& request, bool conditional) {
  TrialData data;
  data.source = std::make_unique<ArraySource>(ArraySource::from_npy(request.data));
  data.path = fs::absolute(request.data).string();
  data.n_songs = data.source->n_rows();
  data.split = split_rows(data.n_songs);
  data.song_of_row.resize(static_cast<size_t>(data.n_songs));
  std::iota(data.song_of_row.begin(), data.song_of_row.end(), int64_t{0});
  data.train_songs = data.split.train;
  data.held_out = data.split.validation;
  if (request.targets.empty()) return data;
  Condition targets = condition_of_targets(request.targets, data.n_songs);
  data.label = {targets.column, targets.classes, {targets.codes.begin(), targets.codes.end()}};
  if (conditional) data.condition = std::move(targets);
  return data;
}

TrialData open_library(const AblationRequest& request, bool conditional) {
  TrialData data;
  data.index = std::make_shared<const LibraryIndex>(request.library);
  data.path = fs::absolute(request.library).string();
  data.source = open_rows(data.index, request.model);
  const Split songs = split_songs(*data.index);
  data.split = clips_of_split(*data.index, songs);
  data.n_songs = data.index->n_songs();
  for (int64_t c = 0; c < data.index->n_clips(); ++c) data.song_of_row.push_back(data.index->clip(c).song);
  data.train_songs = songs.train;
  data.held_out = songs.validation;
  const std::vector<SongLabel> labels = song_labels(*data.index);
  const std::string name = primary_label(labels, request.label);
  if (const SongLabel* label = find_label(labels, name)) data.label = *label;
  const std::string column = request.condition.empty() ? data.label.name : request.condition;
  if (conditional && !column.empty()) data.condition = condition_of_library(*data.index, column);
  return data;
}

}  // namespace

std::unique_ptr<BatchSource> open_rows(std::shared_ptr<const LibraryIndex> index, const std::string&) {
  return std::make_unique<LibrarySource>(std::move(index));
}

TrialData open_trial_data(const AblationRequest& request, bool conditional) {
  if (request.data.empty() == request.library.empty())
    fail(ExitCode::usage, {.what = "an ablation trains on one thing",
                           .where = {},
                           .seen = request.data.empty() ? "neither --library nor --data" : "both --library and --data",
                           .wanted = "--library L or --data X.npy",
                           .fix = {}});
  TrialData data = request.data.empty() ? open_library(request, conditional) : open_array(request, conditional);
  if (conditional && !data.condition)
    fail(ExitCode::usage, {.what = "a conditional model needs a label",
                           .where = kArchitecture,
                           .seen = "none",
                           .wanted = request.data.empty() ? "--condition COLUMN" : "--targets Y.npy",
                           .fix = {}});
  if (data.split.train.empty() || data.held_out.size() < 2)
    fail(ExitCode::usage, {.what = "there is too little to train on and to judge by",
                           .where = escape_for_terminal(data.path),
                           .seen = std::to_string(data.train_songs.size()) + " songs to train on, " +
                                   std::to_string(data.held_out.size()) + " held out",
                           .wanted = "one and two at least",
                           .fix = "ingest more songs"});
  hash_labels(data);
  return data;
}

}  // namespace songscape
