#include "run/grouping_data.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/hash.h"
#include "core/log.h"
#include "core/random.h"
#include "run/encode.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "run/run_rows.h"
#include "run/song_training.h"

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

// What a model says of the songs of the fit and of those that are judged; rows(library) are what it reads.
template <class Rows>
FeatureSet encoded(const char* name, Vae& model, const GroupingData& data, const Rows& rows) {
  SongMeans judged = encode_songs(model, rows(data.judged), *data.judged);
  Matrix fit = data.fitted == data.judged
                   ? select_rows(judged.songs, data.fit_songs)
                   : select_rows(encode_songs(model, rows(data.fitted), *data.fitted).songs, data.fit_songs);
  return {name, std::move(fit), std::move(judged.songs), std::move(judged.clips), true};
}

// Each song with the lyrics of another one, if there are two.
Matrix with_lyrics_of_others(const LibraryIndex& library, Matrix text, uint64_t seed) {
  std::vector<int64_t> songs;
  for (int64_t s = 0; s < library.n_songs(); ++s)
    if (library.song(s).has_lyrics) songs.push_back(s);
  Random random(seed, stream_id("lyrics of others"));
  std::vector<int64_t> order = songs;
  random.shuffle(order);
  Matrix out = text;
  for (size_t i = 0; i < order.size(); ++i)
    std::ranges::copy(text.row(order[(i + 1) % order.size()]), out.row(order[i]).begin());
  return out;
}

// Of a run that reads songs: both libraries by its text features.
struct SongsOfRun {
  SongParts fitted, judged;
  const SongParts& of(const std::shared_ptr<const LibraryIndex>& library) const {
    return library == judged.library ? judged : fitted;
  }
};

std::optional<SongsOfRun> songs_of_run(const GroupingData& data) {
  if (!reads_songs(data.run.model_name)) return std::nullopt;
  SongParts judged = song_parts_of(data.run, data.judged);
  return SongsOfRun{data.fitted == data.judged ? judged : song_parts_of(data.run, data.fitted), judged};
}

// Without sound, or without lyrics, what one part tells is what both tell.
bool has_both_parts(const LibraryIndex& library) {
  bool has_sound = false, has_words = false;
  for (int64_t s = 0; s < library.n_songs(); ++s) {
    has_sound = has_sound || library.song(s).n_clips > 0;
    has_words = has_words || library.song(s).has_lyrics;
  }
  return has_sound && has_words;
}

std::vector<FeatureSet> features_of_run(GroupingData& data, const GroupingRequest& request,
                                        const std::optional<SongsOfRun>& songs) {
  std::vector<FeatureSet> sets;
  const auto random = random_model(request.run, request.seed);
  sets.push_back(encoded("random encoder", *random, data,
                         [&](const auto& l) { return songs ? songs->of(l).rows() : rows_of_run(data.run, l); }));
  if (!songs || !has_both_parts(*data.fitted) || !has_both_parts(*data.judged)) return sets;
  using Parts = SongSource::Parts;
  const auto add = [&](const char* name, Parts parts) {
    sets.push_back(encoded(name, *data.run.model, data, [&](const auto& l) { return songs->of(l).rows(parts); }));
  };
  add("latents by sound alone", Parts::audio);
  add("latents by lyrics alone", Parts::text);
  sets.push_back(encoded("latents by others' lyrics", *data.run.model, data, [&](const auto& l) {
    SongParts parts = songs->of(l);
    parts.text = with_lyrics_of_others(*l, std::move(parts.text), request.seed);
    return parts.rows();
  }));
  return sets;
}

std::vector<FeatureSet> controls_of(const GroupingData& data, const GroupingRequest& request,
                                    const std::optional<SongsOfRun>& songs) {
  const ControlRequest wanted{*data.fitted, data.fit_songs, *data.judged, data.run.model->latent_dim(),
                              request.n_threads};
  if (reads_tokens(data.run.model_name)) {
    const ConfigMap settings = read_run_config(data.run.folder).settings;
    const std::shared_ptr<const TokenSource> judged = music_rows(settings, data.judged);
    return music_control_features(wanted, data.fitted == data.judged ? *judged : *music_rows(settings, data.fitted),
                                  *judged);
  }
  return songs ? song_control_features(wanted, songs->fitted.text, songs->judged.text) : control_features(wanted);
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
  const bool is_of_midi = reads_tokens(data.run.model_name);
  std::string text = is_of_midi ? "windows " : reads_songs(data.run.model_name) ? "songs " : "clips ";
  if (is_of_midi)
    for (const char* key : {"bars", "hop_bars", "tracks", "max_tokens"})
      text += format_value(read_run_config(data.run.folder).settings.entries.at(key).value) + " ";
  text += data.fitted->content_hash() + " " + data.judged->content_hash() + " " +
          std::to_string(data.run.model->latent_dim());
  for (const int64_t s : data.fit_songs) text += " " + std::to_string(s);
  return sha256_hex(text);
}

std::vector<const FeatureSet*> FeatureSets::all() const {
  std::vector<const FeatureSet*> sets = {&latents};
  for (const FeatureSet& s : *controls) sets.push_back(&s);
  for (const FeatureSet& s : of_run) sets.push_back(&s);
  return sets;
}

bool FeatureSets::is_shared(const FeatureSet& set) const {
  return std::ranges::any_of(*controls, [&](const FeatureSet& s) { return &s == &set; });
}

FeatureSets collect_features(GroupingData& data, const GroupingRequest& request, ControlCache& cache) {
  const std::optional<SongsOfRun> songs = songs_of_run(data);
  FeatureSets sets{latent_features(data, request), nullptr, features_of_run(data, request, songs), {}};
  sets.controls = &cache.features(control_key(data), [&] { return controls_of(data, request, songs); });
  SongLatents latents;
  latents.songs = sets.latents.songs;
  sets.own = own_groups(data.run, data.judged, latents);
  return sets;
}

}  // namespace songscape
