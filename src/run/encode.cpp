#include "run/encode.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/text.h"
#include "data/npy.h"
#include "report/table.h"
#include "run/music_training.h"
#include "run/open_run.h"
#include "run/run_rows.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

// Tells whether files of latents are of these weights and this library.
Json fingerprint(const OpenRun& run, const LibraryIndex& library) {
  return {{"weights", sha256_file(RunFolder(run.folder).checkpoints() / "best" / "manifest.json")},
          {"library_content", library.content_hash()}};
}

// rows: what the model reads; nullptr: its clips or songs.
SongLatents describe(const OpenRun& run, const LibraryIndex& library, const RunRows* rows) {
  SongLatents l;
  for (int64_t i = 0; i < library.n_songs(); ++i) l.paths.emplace_back(library.song(i).path);
  l.parts.assign(l.paths.size(), "new");
  const Split split = split_of(run, library);
  for (const int64_t i : split.train) l.parts[static_cast<size_t>(i)] = "train";
  for (const int64_t i : split.validation) l.parts[static_cast<size_t>(i)] = "validation";
  if (rows != nullptr) l.song_of_clip = rows->song_of_row;
  for (int64_t c = 0; c < library.n_clips(); ++c) l.song_of_clip.push_back(library.clip(c).song);
  return l;
}

SongLatents encode(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library, const fs::path& out) {
  const RunRows rows = rows_of_run(run, library);
  SongLatents l = describe(run, *library, &rows);
  SongMeans means = encode_songs(*run.model, rows, *library);
  l.songs = std::move(means.songs);
  l.clips = std::move(means.clips);
  make_folder(out);
  write_npy(out / "latent_features.npy", l.songs);
  write_npy(out / "latent_clips.npy", l.clips);
  Table songs{{"row", "path", "part"}, {}};
  for (size_t i = 0; i < l.paths.size(); ++i) songs.add({static_cast<int64_t>(i), l.paths[i], l.parts[i]});
  songs.write_csv(out / "latent_songs.csv");
  write_json(out / "latents.json", fingerprint(run, *library));
  return l;
}

}  // namespace

std::vector<int64_t> SongLatents::rows_in(const std::string& part) const {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == part) rows.push_back(static_cast<int64_t>(i));
  return rows;
}

fs::path results_folder(const fs::path& run, const std::string& library) {
  if (library.empty()) return run;
  fs::path path = library;
  if (!path.has_filename()) path = path.parent_path();
  return run / ("on-" + path.stem().string());
}

SongLatents encode_run(const fs::path& path, const std::string& library) {
  OpenRun run = open_run(path);
  return encode(run, open_library_of(run, library), results_folder(path, library));
}

SongLatents latents_of(const fs::path& path, const std::string& library) {
  OpenRun run = open_run(path);
  const auto index = open_library_of(run, library);
  const fs::path out = results_folder(path, library);
  const fs::path marker = out / "latents.json";
  if (fs::exists(marker) && fs::exists(out / "latent_clips.npy") && read_json(marker) == fingerprint(run, *index)) {
    const auto rows = reads_tokens(run.model_name) ? std::optional(rows_of_run(run, index)) : std::nullopt;
    SongLatents l = describe(run, *index, rows ? &*rows : nullptr);
    l.songs = read_npy_matrix(out / "latent_features.npy");
    l.clips = read_npy_matrix(out / "latent_clips.npy");
    if (l.songs.n_rows == index->n_songs()) return l;
  }
  return encode(run, index, out);
}

}  // namespace songscape
