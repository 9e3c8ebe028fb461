#include "run/grouping_data.h"

#include <numeric>

#include "core/hash.h"
#include "core/log.h"
#include "data/library_source.h"
#include "run/encode.h"
#include "run/run_config.h"
#include "train/inference.h"

namespace songscape {
namespace {

std::vector<int64_t> count_up(int64_t n) {
  std::vector<int64_t> rows(static_cast<size_t>(n));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

std::vector<int64_t> unseen_songs(const LibraryIndex& library, const Split& split) {
  std::vector<char> is_seen(static_cast<size_t>(library.n_songs()), 0);
  for (const int64_t s : split.train) is_seen[static_cast<size_t>(s)] = 1;
  std::vector<int64_t> songs;
  for (int64_t s = 0; s < library.n_songs(); ++s)
    if (!is_seen[static_cast<size_t>(s)]) songs.push_back(s);
  if (!split.train.empty())
    log_info(std::to_string(split.train.size()) + " songs were trained on and are not judged as held out");
  return songs;
}

FeatureSet latent_features(const GroupingData& data, const GroupingRequest& request) {
  SongLatents judged = latents_of(request.run, request.library);
  Matrix fit;
  if (data.fitted == data.judged)
    fit = select_rows(judged.songs, data.fit_songs);
  else
    fit = select_rows(latents_of(request.run).songs, data.fit_songs);
  return {kLatents, std::move(fit), std::move(judged.songs), std::move(judged.clips), false};
}

FeatureSet random_encoder(const GroupingData& data, const GroupingRequest& request) {
  const auto model = random_model(request.run, request.seed);
  Matrix clips = encode_rows(*model, LibrarySource(data.judged), count_up(data.judged->n_clips())).mean;
  Matrix songs = mean_over_clips(clips, *data.judged), fit;
  if (data.fitted == data.judged) {
    fit = select_rows(songs, data.fit_songs);
  } else {
    const std::vector<int64_t> rows = clips_of_songs(*data.fitted, data.fit_songs);
    const Matrix some = encode_rows(*model, LibrarySource(data.fitted), rows).mean;
    Matrix every(data.fitted->n_clips(), some.n_cols);
    for (size_t i = 0; i < rows.size(); ++i)
      std::copy(some.row(static_cast<int64_t>(i)).begin(), some.row(static_cast<int64_t>(i)).end(),
                every.row(rows[i]).begin());
    fit = select_rows(mean_over_clips(every, *data.fitted), data.fit_songs);
  }
  return {"random encoder", std::move(fit), std::move(songs), std::move(clips), true};
}

}  // namespace

GroupingData open_grouping_data(const std::filesystem::path& path, const std::string& library) {
  GroupingData data{.run = open_run(path), .fitted = {}, .judged = {}, .fit_songs = {}, .held_out = {}, .labels = {}};
  data.judged = open_library_of(data.run, library);
  data.labels = song_labels(*data.judged);
  const Split split = split_of(data.run, *data.judged);
  const bool is_array = std::filesystem::path(data.run.source_path).extension() == ".npy";
  const bool holds_the_fit = split.train.size() == data.run.train_keys.size();
  data.fitted = library.empty() || is_array || holds_the_fit ? data.judged : open_library_of(data.run);
  data.fit_songs = data.fitted == data.judged ? split.train : split_of(data.run, *data.fitted).train;
  data.held_out = library.empty() ? split.validation : unseen_songs(*data.judged, split);
  if (data.fit_songs.empty()) {
    data.fitted = data.judged;
    data.fit_songs = count_up(data.judged->n_songs());
    data.held_out.clear();
  }
  return data;
}

const std::vector<FeatureSet>& ControlCache::features(const std::string& key,
                                                      const std::function<std::vector<FeatureSet>()>& make) {
  const auto it = features_.find(key);
  return it != features_.end() ? it->second : features_[key] = make();
}

const std::vector<SongGroups>& ControlCache::groups(const std::string& key,
                                                    const std::function<std::vector<SongGroups>()>& make) {
  const auto it = groups_.find(key);
  return it != groups_.end() ? it->second : groups_[key] = make();
}

std::string control_key(const GroupingData& data) {
  std::string text = data.fitted->content_hash() + " " + data.judged->content_hash() + " " +
                     std::to_string(data.run.model->latent_dim());
  for (const int64_t s : data.fit_songs) text += " " + std::to_string(s);
  return sha256_hex(text);
}

std::vector<const FeatureSet*> FeatureSets::all() const {
  std::vector<const FeatureSet*> sets = {&latents};
  for (const FeatureSet& s : *controls) sets.push_back(&s);
  sets.push_back(&random_encoder);
  return sets;
}

FeatureSets collect_features(GroupingData& data, const GroupingRequest& request, ControlCache& cache) {
  FeatureSets sets{latent_features(data, request), random_encoder(data, request), nullptr, {}};
  sets.controls = &cache.features(control_key(data), [&] {
    return control_features(
        {*data.fitted, data.fit_songs, *data.judged, data.run.model->latent_dim(), request.n_threads});
  });
  SongLatents latents;
  latents.songs = sets.latents.songs;
  sets.own = own_groups(data.run, data.judged, latents);
  return sets;
}

}  // namespace songscape
