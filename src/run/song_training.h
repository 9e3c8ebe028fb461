// What runs that read songs (multimodal_vae) train on, free of LibTorch's headers: each song's sound and words, and the
// text features that its folder keeps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/config.h"
#include "data/library_index.h"
#include "data/song_source.h"
#include "data/split.h"
#include "text/text_features.h"

namespace songscape {

// Whether a model of this name reads songs with sound and words; others read clips.
bool reads_songs(const std::string& model);
// Of the settings of such a run.
SongSource::Audio audio_of(const ConfigMap& settings);

// The text features that such a run was trained with, as its folder keeps them.
TextFeatures text_features_of_run(const std::filesystem::path& run);
void keep_text_features(const TextFeatures& features, const std::filesystem::path& run);

// [n_songs × n_components]; a row of zeros where a song has no lyrics.
Matrix text_rows(const LibraryIndex& library, const TextFeatures& features);

// Songs as a model of these settings reads them, and the text features that their words are told by.
struct SongsWithWords {
  std::unique_ptr<BatchSource> source;
  TextFeatures text;
};
// settings: the request's, over the preset ("audio", "n_text").  resumed: the run that goes on, by its own text
// features and settings; empty: a new one, whose text features are fitted on the lyrics of the training songs of
// `split`.
SongsWithWords songs_to_train_on(const std::string& model, const ConfigMap& settings,
                                 const std::shared_ptr<const LibraryIndex>& library, const Split& split,
                                 const std::filesystem::path& resumed = {});

// By text features that are there already, of this library or another.
SongsWithWords songs_by(const std::string& model, const ConfigMap& settings,
                        const std::shared_ptr<const LibraryIndex>& library, const TextFeatures& text);

}  // namespace songscape
