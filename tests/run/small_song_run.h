// A short training of multimodal_vae on a small library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/file.h"
#include "data/split.h"
#include "run/condition.h"
#include "run/song_training.h"
#include "run/train_run.h"

namespace songscape {

inline fs::path train_on_songs(const fs::path& library, const fs::path& runs,
                               const std::vector<std::string>& settings, const std::string& condition = {}) {
  const auto index = std::make_shared<const LibraryIndex>(library);
  TrainRequest request;
  request.model = "multimodal_vae";
  for (const std::string& s : settings) request.settings.set(s);
  if (!condition.empty()) request.condition = condition_of_library(*index, condition, /*by_song=*/true);
  request.runs = runs;
  request.source_path = library.string();
  const Split split = split_songs(*index);
  const SongsWithWords songs = songs_to_train_on(request.model, request.settings, index, split);
  request.keep_beside = [&](const fs::path& run) { keep_text_features(songs.text, run); };
  return train_run(request, *songs.source, split).run;
}

}  // namespace songscape
