// Audio files → mel, alone and with all that a library holds.
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "audio/mel_filters.h"
#include "bench/inputs.h"
#include "bench/judging.h"
#include "bench/spectra.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/library_index.h"
#include "data/npy.h"
#include "library/decoder_client.h"
#include "library/ingest.h"

namespace songscape {
namespace {

constexpr int64_t kMp3Songs = 4, kFolderSongs = 20;
constexpr double kMp3SongSec = 180;

// mp3/00.mp3, 01.mp3 …
void write_mp3(const fs::path& folder, double scale) {
  const SongSpec spec{.n_songs = scaled(kMp3Songs, scale),
                      .duration_sec = std::max(30.0, kMp3SongSec * std::min(1.0, scale))};
  const std::vector<fs::path> songs = write_songs(folder, spec);
  make_folder(folder / "mp3");
  for (size_t i = 0; i < songs.size(); ++i)
    convert_to_mp3(songs[i], folder / "mp3" / ((i < 10 ? "0" : "") + std::to_string(i) + ".mp3"));
}

void write_folder(const fs::path& folder, double scale) {
  write_songs(folder, {.n_songs = scaled(kFolderSongs, scale)});
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

BenchJob prepare_mp3_mel(const fs::path& folder) {
  const auto mels = std::make_shared<Matrix>();
  return {.run =
              [mels, files = files_of(folder / "mp3"), filters = std::make_shared<const MelFilters>(),
               decoder = std::make_shared<const DecoderClient>()] {
                *mels = Matrix(static_cast<int64_t>(files.size()), kMelValues);
                for (size_t i = 0; i < files.size(); ++i)
                  decoder->decode(files[i], {}, [&](const DecodedClip& clip) {
                    std::ranges::copy(mel_image(*filters, clip.samples), mels->row(static_cast<int64_t>(i)).begin());
                  });
              },
          .answer =
              [folder, mels] {
                write_npy(folder / kOurFile, *mels);
                return Json::object();
              }};
}

// A new library each time; the last one is taken away before the next.
BenchJob prepare_ingest(const fs::path& folder) {
  const fs::path library = folder / "bench.songscape";
  IngestOptions options;
  options.music = folder / "songs";
  options.library = library;
  options.n_threads = worker_threads();
  return {.run = [options] { ingest(options); },
          .answer =
              [folder, library] {
                {
                  const LibraryIndex index(library);
                  Matrix mels(index.n_clips(), kMelValues);
                  for (int64_t i = 0; i < index.n_clips(); ++i) index.read_mel(i, mels.row(i));
                  write_npy(folder / kOurFile, mels);
                }
                fs::remove_all(library);
                return Json::object();
              }};
}

// A library holds its mels in half precision.
Judgement judge_files(const fs::path& folder, const Json&, const Json&) {
  const BothResults r = read_results(folder);
  double sum = 0;
  for (size_t i = 0; i < r.ours.values.size(); ++i)
    sum += std::abs(double{r.ours.values[i]} - double{r.peer.values[i]});
  const double mean = sum / static_cast<double>(r.ours.values.size());
  return {mean <= 1e-3, "mean difference " + format_number(mean, 2) + " on [0, 1]"};
}

constexpr const char* kEquality = "the mels on [0, 1] differ by at most .001 in the mean";

}  // namespace

std::vector<Benchmark> file_benchmarks() {
  return {
      {.name = "mp3_mel",
       .job = "4 MP3 files of 3 minutes (44,100 Hz, stereo) → decoded whole, the middle 30 s at 22,050 Hz → mel; "
              "both decode by libmpg123 (librosa: within libsndfile) and resample by soxr",
       .equality = kEquality,
       .is_single_threaded = true,
       .peers = {{"librosa", 2, "librosa_mel.py", {"{threads}", "mp3", "{folder}"}}},
       .write_input = write_mp3,
       .prepare = prepare_mp3_mel,
       .judge = judge_files},
      {.name = "ingest",
       .job = "a folder of 20 FLAC files of 30 s → a library (hashes, mels, 39 features, fingerprints, all on disk); "
              "librosa: their mels in memory",
       .equality = kEquality,
       .is_single_threaded = true,
       .peers = {{"librosa", 1, "librosa_mel.py", {"{threads}", "songs", "{folder}"}}},
       .write_input = write_folder,
       .prepare = prepare_ingest,
       .judge = judge_files}};
}

}  // namespace songscape
