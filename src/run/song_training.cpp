#include "run/song_training.h"

#include <algorithm>
#include <numeric>

#include "core/log.h"
#include "core/parallel.h"
#include "models/registry.h"
#include "run/run_config.h"
#include "run/train_run.h"

namespace songscape {
namespace {

constexpr const char* kTextFile = "text_features.safetensors";
constexpr uint64_t kTextSeed = 1;  // one for all runs, so that those of one split share their controls

std::vector<std::string> lyrics_of(const LibraryIndex& library, std::span<const int64_t> songs) {
  std::vector<std::string> texts;
  for (const int64_t s : songs)
    if (library.song(s).has_lyrics) texts.push_back(library.read_lyrics(s));
  return texts;
}

// Over the preset's.
ConfigMap whole_settings(const std::string& model, const ConfigMap& settings) {
  ConfigMap all = preset(model, "spec");
  for (const auto& [key, entry] : with_whole_keys(settings, train_keys(model, "spec")).entries)
    all.entries[key] = entry;
  return all;
}

}  // namespace

bool reads_songs(const std::string& model) {
  return std::ranges::any_of(model_keys(model, "spec"), [](const ConfigRow& row) { return row.key == "n_text"; });
}

SongSource::Audio audio_of(const ConfigMap& settings) {
  const auto it = settings.entries.find("audio");
  const bool is_mel = it != settings.entries.end() && it->second.value == ConfigValue(std::string("mel"));
  return is_mel ? SongSource::Audio::mel : SongSource::Audio::features;
}

TextFeatures text_features_of_run(const std::filesystem::path& run) { return TextFeatures::load(run / kTextFile); }

void keep_text_features(const TextFeatures& features, const std::filesystem::path& run) {
  features.save(run / kTextFile);
}

Matrix text_rows(const LibraryIndex& library, const TextFeatures& features) {
  std::vector<int64_t> songs(static_cast<size_t>(library.n_songs()));
  std::iota(songs.begin(), songs.end(), int64_t{0});
  const Matrix told = features.transform(lyrics_of(library, songs), worker_threads());
  Matrix rows(library.n_songs(), features.n_components());
  int64_t next = 0;
  for (const int64_t s : songs)
    if (library.song(s).has_lyrics) std::ranges::copy(told.row(next++), rows.row(s).begin());
  return rows;
}

SongsWithWords songs_to_train_on(const std::string& model, const ConfigMap& settings,
                                 const std::shared_ptr<const LibraryIndex>& library, const Split& split,
                                 const std::filesystem::path& resumed) {
  if (!resumed.empty())
    return songs_by(model, read_run_config(resumed).settings, library, text_features_of_run(resumed));
  const ConfigMap all = whole_settings(model, settings);
  TextFeatureConfig config;
  if (const auto* n = std::get_if<int64_t>(&all.entries.at("n_text").value)) config.n_components = *n;
  const std::vector<std::string> lyrics = lyrics_of(*library, split.train);
  if (lyrics.empty()) log_warning("no song to train on has lyrics: the model learns from sound alone");
  return songs_by(model, all, library, TextFeatures::fit(lyrics, config, kTextSeed, worker_threads()));
}

SongsWithWords songs_by(const std::string& model, const ConfigMap& settings,
                        const std::shared_ptr<const LibraryIndex>& library, const TextFeatures& text) {
  return {std::make_unique<SongSource>(library, audio_of(whole_settings(model, settings)), text_rows(*library, text)),
          text};
}

}  // namespace songscape
