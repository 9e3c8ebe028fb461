#include "create/created_run.h"

#include <cmath>

#include "core/random.h"
#include "data/array_source.h"
#include "data/library_source.h"
#include "data/npy.h"
#include "data/row_split.h"
#include "data/split.h"
#include "data/tiny_library.h"
#include "run/train_run.h"

namespace songscape {
namespace {

constexpr int kSongs = 36;

double height_of(int song) { return (song * 7 % kSongs) / (kSongs - 1.0); }
double power_of(int song) { return (song * 11 % kSongs) / (kSongs - 1.0); }

StoredClip song_clip(int song) {
  StoredClip clip = flat_clip(0, 0.1f);
  clip.n_valid_frames = song == 0 ? 300 : 1293;
  Random random(1, stream_id("clip", static_cast<uint64_t>(song)));
  const double centre = 20 + 80 * height_of(song), level = 0.4 + 0.4 * power_of(song);
  for (int64_t b = 0; b < 128; ++b)
    for (int64_t f = 0; f < 1293; ++f) {
      const double bump = level * std::exp(-std::pow((static_cast<double>(b) - centre) / 12, 2));
      const double beat = f % 22 < 4 ? 1 : 0.8;
      clip.mel[static_cast<size_t>(b * 1293 + f)] =
          half_from_float(static_cast<float>(0.1 + bump * beat + 0.01 * random.uniform()));
    }
  return clip;
}

void make_library(const fs::path& library, const std::string& mel_reference) {
  TinyLibrary tiny(library, "middle", mel_reference);
  ColumnEntry half{"half", ColumnKind::label, {"high", "low"}, {}, {}};
  ColumnEntry height{"height", ColumnKind::factor, {}, {}, {}}, power = height, noise = height, same = height,
                                                                gaps = height;
  power.name = "power", noise.name = "random", same.name = "same", gaps.name = "gaps";
  Random random(5);
  for (int s = 0; s < kSongs; ++s) {
    SongEntry& song = tiny.add_song("folder/song" + std::to_string(100 + s) + ".wav");
    song.title = "Song " + std::to_string(s);
    song.group = s / 2;
    tiny.add_clip(song, song_clip(s));
    half.codes.push_back(height_of(s) < 0.5);
    height.values.push_back(height_of(s));
    power.values.push_back(power_of(s));
    noise.values.push_back(random.normal());
    same.values.push_back(3);
    gaps.values.push_back(s % 3 == 0 ? std::nan("") : height_of(s));
  }
  tiny.publish({gaps, half, height, power, noise, same});
}

TrainRequest request_for(const fs::path& runs, const fs::path& source) {
  TrainRequest request;
  request.model = "basic_vae";
  request.size = "compact";
  request.runs = runs;
  request.source_path = source.string();
  return request;
}

fs::path train_on_library(const fs::path& runs, const fs::path& library) {
  TrainRequest request = request_for(runs, library);
  for (const char* s : {"train.epochs=12", "train.batch=6", "latent_dim=6", "train.seed=3", "loss.beta=0.01"})
    request.settings.set(s);
  const auto index = std::make_shared<const LibraryIndex>(library);
  return train_run(request, LibrarySource(index), clips_of_split(*index, split_songs(*index))).run;
}

fs::path train_on_array(const fs::path& runs, const fs::path& array) {
  Matrix x(60, 16);
  Random random(2);
  for (float& value : x.values) value = static_cast<float>(random.uniform());
  write_npy<float>(array, {60, 4, 4}, x.values);
  TrainRequest request = request_for(runs, array);
  for (const char* s : {"train.epochs=1", "train.batch=20", "latent_dim=3"}) request.settings.set(s);
  const ArraySource source = ArraySource::from_npy(array);
  return train_run(request, source, split_rows(source.n_rows())).run;
}

}  // namespace

CreatedRun::CreatedRun()
    : library(folder.path() / "songs.songscape"),
      clip_referenced(folder.path() / "quiet.songscape"),
      array(folder.path() / "x.npy") {
  make_library(library, "full-scale");
  make_library(clip_referenced, "clip");
  run = train_on_library(folder.path() / "runs", library);
  array_run = train_on_array(folder.path() / "runs", array);
}

const CreatedRun& CreatedRun::shared() {
  static const CreatedRun made;
  return made;
}

}  // namespace songscape
