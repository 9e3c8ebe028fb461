#include "study/trial_data.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/array_source.h"
#include "data/library_source.h"
#include "data/row_split.h"
#include "run/song_training.h"

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

TrialData open_array(const AblationRequest& request, NeedOfLabel need) {
  TrialData data;
  data.rows.source = std::make_unique<ArraySource>(ArraySource::from_npy(request.data));
  data.path = fs::absolute(request.data).string();
  data.rows.n_songs = data.rows.source->n_rows();
  data.rows.song_of_row.resize(static_cast<size_t>(data.rows.n_songs));
  std::iota(data.rows.song_of_row.begin(), data.rows.song_of_row.end(), int64_t{0});
  Split split = split_rows(data.rows.n_songs);
  data.train_songs = std::move(split.train);
  data.held_out = std::move(split.validation);
  if (request.targets.empty()) return data;
  Condition targets = condition_of_targets(request.targets, data.rows.n_songs);
  data.label = {targets.column, targets.classes, {targets.codes.begin(), targets.codes.end()}};
  if (need != NeedOfLabel::none) data.condition = std::move(targets);
  return data;
}

TrialData open_library(const AblationRequest& request, NeedOfLabel need, const Setting* own) {
  TrialData data;
  data.index = std::make_shared<const LibraryIndex>(request.library, LibraryIndex::Songs::without_midi);
  data.path = fs::absolute(request.library).string();
  const std::string& model = own ? own->model : request.model;
  data.rows = open_rows(data.index, model, own ? own->settings : request.settings);
  Split songs = split_songs(*data.index);
  data.train_songs = std::move(songs.train);
  data.held_out = std::move(songs.validation);
  const std::vector<SongLabel> labels = song_labels(*data.index);
  const std::string name = primary_label(labels, request.label);
  if (const SongLabel* label = find_label(labels, name)) data.label = *label;
  const std::string column = request.condition.empty() ? data.label.name : request.condition;
  const bool may_tell = need == NeedOfLabel::always || !request.condition.empty() || data.label.classes.size() >= 2;
  if (need != NeedOfLabel::none && may_tell && !column.empty())
    data.condition = condition_of_library(*data.index, column, reads_songs(model));
  return data;
}

}  // namespace

std::vector<int64_t> SongRows::rows_of(const std::vector<int64_t>& songs) const {
  std::vector<char> is_wanted(static_cast<size_t>(n_songs), 0);
  for (const int64_t s : songs) is_wanted[static_cast<size_t>(s)] = 1;
  std::vector<int64_t> rows;
  for (size_t r = 0; r < song_of_row.size(); ++r)
    if (is_wanted[static_cast<size_t>(song_of_row[r])]) rows.push_back(static_cast<int64_t>(r));
  return rows;
}

Matrix SongRows::mean_over_rows(const std::vector<int64_t>& rows, MatrixView values) const {
  Matrix songs(n_songs, values.n_cols);
  std::vector<float> n_rows(static_cast<size_t>(n_songs));
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t song = song_of_row[static_cast<size_t>(rows[i])];
    n_rows[static_cast<size_t>(song)] += 1;
    const auto from = values.row(static_cast<int64_t>(i));
    std::ranges::transform(from, songs.row(song), songs.row(song).begin(), std::plus<>());
  }
  for (int64_t s = 0; s < n_songs; ++s)
    for (float& v : songs.row(s)) v /= std::max(1.0f, n_rows[static_cast<size_t>(s)]);
  return songs;
}

SongRows open_rows(const std::shared_ptr<const LibraryIndex>& index, const std::string& model,
                   const ConfigMap& settings, const SongRows* like) {
  SongRows rows{nullptr, {}, index->n_songs()};
  if (reads_songs(model)) {
    SongsWithWords songs = like ? songs_by(model, settings, index, *like->text)
                                : songs_to_train_on(model, settings, index, split_songs(*index));
    rows.source = std::move(songs.source);
    rows.text = std::make_shared<const TextFeatures>(std::move(songs.text));
    rows.song_of_row.resize(static_cast<size_t>(rows.n_songs));
    std::iota(rows.song_of_row.begin(), rows.song_of_row.end(), int64_t{0});
    return rows;
  }
  for (int64_t c = 0; c < index->n_clips(); ++c) rows.song_of_row.push_back(index->clip(c).song);
  rows.source = std::make_unique<LibrarySource>(index);
  return rows;
}

TrialData open_trial_data(const AblationRequest& request, NeedOfLabel need, const Setting* own) {
  if (request.data.empty() == request.library.empty())
    fail(ExitCode::usage, {.what = "an ablation trains on one thing",
                           .where = {},
                           .seen = request.data.empty() ? "neither --library nor --data" : "both --library and --data",
                           .wanted = "--library L or --data X.npy",
                           .fix = {}});
  if (!request.factor_library.empty() && !request.data.empty())
    fail(ExitCode::usage, {.what = "an array has no factors",
                           .where = "--factor-library",
                           .seen = {},
                           .wanted = {},
                           .fix = "give --library, or leave --factor-library out"});
  if (!request.factor_library.empty()) LibraryIndex{request.factor_library};  // refuses what is none
  if (!request.targets.empty() && request.data.empty())
    fail(ExitCode::usage, {.what = "a library's labels are its columns",
                           .where = "--targets",
                           .seen = {},
                           .wanted = {},
                           .fix = "give --label COLUMN"});
  TrialData data = request.data.empty() ? open_library(request, need, own) : open_array(request, need);
  if (need == NeedOfLabel::always && !data.condition)
    fail(ExitCode::usage, {.what = "a conditional model needs a label",
                           .where = kArchitecture,
                           .seen = "none",
                           .wanted = request.data.empty() ? "--condition COLUMN" : "--targets Y.npy",
                           .fix = {}});
  if (data.train_songs.empty() || data.held_out.size() < 2)
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
