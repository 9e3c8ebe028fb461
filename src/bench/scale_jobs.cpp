#include "bench/scale_jobs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/inputs.h"
#include "bench/scale_library.h"
#include "cluster/kmeans.h"
#include "cluster/tsne.h"
#include "cluster/umap.h"
#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/random.h"
#include "data/library_source.h"
#include "data/npy.h"
#include "data/sampler.h"
#include "models/registry.h"
#include "run/train_run.h"
#include "train/inference.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr const char* kPlaceFile = "job.json";
constexpr int64_t kBatch = 16, kEncoded = 10000, kGroups = 45, kLeastRows = 500;

int64_t every_song(int64_t n_songs) { return n_songs; }
int64_t some_songs(int64_t n_songs) { return std::min(n_songs, kEncoded); }
int64_t every_row(int64_t n_songs) { return std::max(n_songs, kLeastRows); }

std::shared_ptr<const LibraryIndex> open_library(const ScalePlace& place) {
  return std::make_shared<const LibraryIndex>(place.library());
}

// A small library would be read from memory and a large one from the disk: both come from the disk.
void drop_from_file_cache(const ScalePlace& place) {
  for (const auto& entry : fs::directory_iterator(place.library() / "segments")) {
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    check(fd >= 0, "a segment can be opened");
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
  }
}

BenchJob prepare_ingest(const ScalePlace& place) {
  const auto library = std::make_shared<ScaleLibrary>(place.from, place.library());
  library->write_records(place.n_records);
  return {.run = [library, n = place.n_songs] { library->write_songs(n); }};
}

BenchJob prepare_open(const ScalePlace& place) {
  return {.run = [place] {
    const auto index = open_library(place);
    check(index->n_songs() == place.n_songs, "the library has its songs");
    const Split split = clips_of_split(*index, split_songs(*index));
    Sampler(split.train, {.batch = kBatch}).batch_rows(0, 0);
  }};
}

BenchJob prepare_read(const ScalePlace& place) {
  const auto source = std::make_shared<const LibrarySource>(open_library(place));
  return {.run = [place, source] {
    drop_from_file_cache(place);
    Random random(0);
    const Sampler sampler(permutation(source->n_rows(), random), {.batch = kBatch});
    Prefetcher prefetch(*source,
                        {.last = sampler.n_steps(), .rows = [&](int64_t step) { return sampler.batch_rows(0, step); }});
    while (prefetch.has_more()) prefetch.take();
  }};
}

// The time is that of training and validation: making the model and looking ahead do not grow with the library.
BenchJob prepare_epoch(const ScalePlace& place) {
  const auto wall_sec = std::make_shared<double>();
  return {.run =
              [place, wall_sec] {
                drop_from_file_cache(place);
                const auto index = open_library(place);
                const LibrarySource source(index, LibrarySource::Content::features);
                TrainRequest request;
                request.model = "basic_vae";
                for (const char* setting :
                     {"widths=[8]", "latent_dim=2", "norm=none", "output=linear", "train.lr=1e-6", "train.epochs=1"})
                  request.settings.set(setting);
                request.settings.set("train.threads=" + std::to_string(worker_threads()));
                request.runs = place.folder / "runs";
                request.source_path = place.library();
                *wall_sec = train_run(request, source, clips_of_split(*index, split_songs(*index))).wall_sec;
                fs::remove_all(request.runs);
              },
          .answer =
              [wall_sec] {
                return Json{{"wall_sec", *wall_sec}};
              }};
}

BenchJob prepare_encode(const ScalePlace& place) {
  const auto source = std::make_shared<const LibrarySource>(open_library(place));
  const std::shared_ptr<Vae> model =
      make_model({.name = "basic_vae", .size = "compact", .input_shape = source->item_shape()});
  Random random(0);
  std::vector<int64_t> rows = permutation(source->n_rows(), random);
  rows.resize(static_cast<size_t>(some_songs(source->n_rows())));
  return {.run = [place, source, model, rows] {
    drop_from_file_cache(place);
    encode_rows(*model, *source, rows, kBatch);
  }};
}

std::shared_ptr<const Matrix> rows_of(const ScalePlace& place) {
  if (!fs::exists(place.folder / "x.npy")) write_clouds(place.folder, every_row(place.n_songs), kGroups);
  return std::make_shared<const Matrix>(read_npy_matrix(place.folder / "x.npy"));
}

BenchJob prepare_kmeans(const ScalePlace& place) {
  return {.run = [x = rows_of(place)] { fit_kmeans(*x, {.k = kGroups}); }};
}
BenchJob prepare_umap(const ScalePlace& place) {
  return {.run = [x = rows_of(place)] { umap(*x, {}); }};
}
BenchJob prepare_tsne(const ScalePlace& place) {
  return {.run = [x = rows_of(place)] { tsne(*x, {}); }};
}

ScalePlace read_place(const fs::path& worker_folder) {
  const Json j = read_json(worker_folder / kPlaceFile);
  return {.job = j.at("job").get<std::string>(),
          .from = j.at("from").get<std::string>(),
          .folder = j.at("folder").get<std::string>(),
          .n_songs = j.at("n_songs").get<int64_t>(),
          .n_records = j.at("n_records").get<int64_t>()};
}

}  // namespace

void write_place(const fs::path& worker_folder, const ScalePlace& place) {
  write_json(worker_folder / kPlaceFile, {{"job", place.job},
                                          {"from", place.from.string()},
                                          {"folder", place.folder.string()},
                                          {"n_songs", place.n_songs},
                                          {"n_records", place.n_records}});
}

const std::vector<ScaleJob>& scale_jobs() {
  static const std::vector<ScaleJob> all = {
      {.name = "ingest",
       .what = "an ingest's bookkeeping: song records, near-duplicates, catalogue with labels, group commits of 64, "
               "index; decoding, features and clips' records not counted",
       .makes_library = true,
       .n_items = every_song,
       .prepare = prepare_ingest},
      {.name = "open",
       .what = "opening the library, its split, the first epoch's order",
       .n_items = every_song,
       .prepare = prepare_open},
      {.name = "read",
       .what = "every clip once in the sampler's order, batches of 16, read ahead, from the disk",
       .n_items = every_song,
       .prepare = prepare_read},
      {.name = "epoch",
       .what = "one epoch of training and validation, batches of 16, a tiny basic_vae (39 features, 8 hidden, 2 "
               "latent), from the disk",
       .n_items = every_song,
       .prepare = prepare_epoch},
      {.name = "encode",
       .what = "compact basic_vae, 10,000 clips at most, from all over the library, from the disk",
       .n_items = some_songs,
       .prepare = prepare_encode},
      {.name = "kmeans",
       .what = "k-means of made-up rows × 128, k 45, 10 starts",
       .reads_library = false,
       .n_items = every_row,
       .prepare = prepare_kmeans},
      {.name = "umap",
       .what = "UMAP of the same rows",
       .is_linear = false,
       .reads_library = false,
       .n_items = every_row,
       .prepare = prepare_umap},
      {.name = "tsne",
       .what = "t-SNE of the same rows",
       .is_linear = false,
       .reads_library = false,
       .n_items = every_row,
       .prepare = prepare_tsne}};
  return all;
}

Benchmark scale_worker() {
  Benchmark worker;
  worker.name = "scale";
  worker.prepare = [](const fs::path& folder) {
    const ScalePlace place = read_place(folder);
    const auto job = std::ranges::find(scale_jobs(), place.job, &ScaleJob::name);
    check(job != scale_jobs().end(), "the job is known");
    return job->prepare(place);
  };
  return worker;
}

}  // namespace songscape
