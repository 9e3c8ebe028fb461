#include "bench/inputs.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "audio/clip.h"
#include "core/error.h"
#include "core/file.h"
#include "core/matrix.h"
#include "core/parallel.h"
#include "core/random.h"
#include "data/npy.h"
#include "library/corpus.h"

namespace songscape {
namespace {

struct Close {
  void operator()(SNDFILE* file) const { ::sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, Close>;

SoundFile open(const fs::path& path, int mode, SF_INFO& info) {
  SoundFile file(::sf_open(path.c_str(), mode, &info));
  if (!file)
    fail(ExitCode::failed, {.what = "libsndfile cannot open an audio file",
                            .where = path.string(),
                            .seen = ::sf_strerror(nullptr),
                            .wanted = "a libsndfile with FLAC and MP3 (1.1 or later)",
                            .fix = {}});
  return file;
}

std::vector<float> read_samples(const fs::path& path) {
  SF_INFO info{};
  const SoundFile file = open(path, SFM_READ, info);
  check(info.channels == 1, "songs of the corpus have one channel");
  std::vector<float> samples(static_cast<size_t>(info.frames));
  check(::sf_readf_float(file.get(), samples.data(), info.frames) == info.frames, "a song is read to its end");
  return samples;
}

}  // namespace

int64_t scaled(int64_t n, double scale, int64_t least) {
  return std::max(least, static_cast<int64_t>(std::llround(static_cast<double>(n) * scale)));
}

void write_clouds(const fs::path& folder, int64_t n_rows, int64_t k) {
  constexpr int64_t kColumns = 128;
  Random random(0);
  Matrix centres(k, kColumns), x(n_rows, kColumns);
  for (float& v : centres.values) v = static_cast<float>(0.5 * random.normal());
  std::vector<int32_t> labels;
  for (int64_t i = 0; i < n_rows; ++i) {
    const int64_t cloud = random.below(k);
    labels.push_back(static_cast<int32_t>(cloud));
    for (int64_t j = 0; j < kColumns; ++j) x(i, j) = centres(cloud, j) + static_cast<float>(random.normal());
  }
  write_npy(folder / "x.npy", x);
  write_npy<int32_t>(folder / "labels.npy", {n_rows}, labels);
}

std::vector<fs::path> write_songs(const fs::path& folder, const SongSpec& spec) {
  write_corpus({.n_songs = spec.n_songs, .seed = 1, .duration_sec = spec.duration_sec}, folder / "songs",
               worker_threads());
  std::vector<fs::path> songs;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "songs"))
    if (entry.path().extension() == ".flac") songs.push_back(entry.path());
  std::ranges::sort(songs, {}, [](const fs::path& p) { return p.string(); });
  return songs;
}

void write_clips(const fs::path& folder, int64_t n_songs) {
  const std::vector<fs::path> songs = write_songs(folder, {.n_songs = n_songs});
  NpyWriter clips(folder / "clips.npy", NpyType::f4, {n_songs, kClipSamples});
  for (const fs::path& song : songs) {
    const std::vector<float> samples = read_samples(song);
    check(samples.size() == size_t{kClipSamples}, "a song of 30 s is a clip");
    clips.write_values(std::span<const float>(samples));
  }
  clips.publish();
}

void convert_to_mp3(const fs::path& flac, const fs::path& mp3) {
  const std::vector<float> samples = read_samples(flac);
  std::vector<float> frames;
  for (size_t i = 0; i < samples.size(); ++i) {
    const float between = (samples[i] + samples[std::min(i + 1, samples.size() - 1)]) / 2;
    frames.insert(frames.end(), {samples[i], samples[i], between, between});
  }
  SF_INFO info{};
  info.samplerate = 2 * kSampleRate;
  info.channels = 2;
  info.format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
  const SoundFile file = open(mp3, SFM_WRITE, info);
  const auto n = static_cast<sf_count_t>(frames.size() / 2);
  check(::sf_writef_float(file.get(), frames.data(), n) == n, "libsndfile writes every frame");
}

}  // namespace songscape
