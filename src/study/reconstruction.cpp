#include "study/reconstruction.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/library_source.h"
#include "metrics/sharpness.h"
#include "report/table.h"
#include "stats/pca.h"
#include "train/inference.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 64;  // clips at once

// Values of clips, averaged over each held-out song.
class MeansOfSongs {
 public:
  MeansOfSongs(const LibraryIndex& library, const std::vector<int64_t>& songs)
      : library_(library), clips_(clips_of_songs(library, songs)) {
    for (size_t i = 0; i < songs.size(); ++i) place_[songs[i]] = i;
    for (auto* values : {&songs_.mse, &songs_.edge_energy, &songs_.onset_correlation}) values->assign(songs.size(), 0);
  }

  const std::vector<int64_t>& clips() const { return clips_; }

  // x, x_hat: rows `first`, `first` + 1 … of clips().
  void add(int64_t first, MatrixView x, MatrixView x_hat) {
    for (int64_t i = 0; i < x.n_rows; ++i) {
      const IndexClip clip = library_.clip(clips_[static_cast<size_t>(first + i)]);
      const MelView original{.values = x.row(i), .n_valid_frames = clip.n_valid_frames};
      const MelView made{.values = x_hat.row(i), .n_valid_frames = clip.n_valid_frames};
      const double n = static_cast<double>(library_.song(clip.song).n_clips);
      const size_t song = place_.at(clip.song);
      songs_.mse[song] += mse_of(original, made) / n;
      songs_.edge_energy[song] += gradient_energy(made) / gradient_energy(original) / n;
      songs_.onset_correlation[song] += onset_correlation(original, made) / n;
    }
  }

  SongReconstruction take() { return std::move(songs_); }

 private:
  static double mse_of(const MelView& a, const MelView& b) {
    double sum = 0;
    for (int64_t band = 0; band < a.n_bands; ++band)
      for (int64_t t = 0; t < a.n_valid_frames; ++t) {
        const auto i = static_cast<size_t>(band * a.n_frames + t);
        const double d = double{a.values[i]} - b.values[i];
        sum += d * d;
      }
    return sum / static_cast<double>(a.n_bands * a.n_valid_frames);
  }

  const LibraryIndex& library_;
  std::vector<int64_t> clips_;
  std::map<int64_t, size_t> place_;
  SongReconstruction songs_;
};

Matrix read_mels(const LibraryIndex& library, std::span<const int64_t> clips, int n_threads) {
  Matrix x(static_cast<int64_t>(clips.size()), kMelValues);
  parallel_for(x.n_rows, n_threads, [&](int64_t i) { library.read_mel(clips[static_cast<size_t>(i)], x.row(i)); });
  return x;
}

using Rebuild = std::function<Matrix(const Matrix& x, std::span<const int64_t> clips)>;

SongReconstruction rebuild_held_out(const GroupingData& data, int n_threads, const Rebuild& rebuild) {
  MeansOfSongs means(*data.judged, data.held_out);
  for (int64_t first = 0; first < static_cast<int64_t>(means.clips().size()); first += kBlock) {
    throw_if_interrupted();
    const auto n = std::min<int64_t>(kBlock, static_cast<int64_t>(means.clips().size()) - first);
    const std::span<const int64_t> clips(means.clips().data() + first, static_cast<size_t>(n));
    const Matrix x = read_mels(*data.judged, clips, n_threads);
    means.add(first, x, rebuild(x, clips));
  }
  return means.take();
}

Matrix band_means(const LibraryIndex& library, const Matrix& x, std::span<const int64_t> clips) {
  Matrix out(x.n_rows, x.n_cols);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const int64_t n_valid = library.clip(clips[static_cast<size_t>(i)]).n_valid_frames;
    for (int64_t b = 0; b < kMelBands; ++b) {
      const auto band = x.row(i).subspan(static_cast<size_t>(b * kMelFrames), static_cast<size_t>(kMelFrames));
      double sum = 0;
      for (int64_t t = 0; t < n_valid; ++t) sum += band[static_cast<size_t>(t)];
      std::fill_n(out.row(i).begin() + b * kMelFrames, kMelFrames,
                  static_cast<float>(sum / static_cast<double>(n_valid)));
    }
  }
  return out;
}

Json fingerprint(const GroupingData& data) {
  std::string songs;
  for (const int64_t s : data.held_out) songs += std::to_string(s) + " ";
  return {{"weights", sha256_file(RunFolder(data.run.folder).checkpoints() / "best" / "manifest.json")},
          {"library_content", data.judged->content_hash()},
          {"songs", sha256_hex(songs)}};
}

Cell number(double x) { return std::isnan(x) ? Cell() : Cell(x); }

SongReconstruction read_reconstruction(const fs::path& file) {
  SongReconstruction r;
  for (const auto& row : read_csv(file).rows) {
    r.mse.push_back(parse_number(row.at(1)).value_or(std::nan("")));
    r.edge_energy.push_back(parse_number(row.at(2)).value_or(std::nan("")));
    r.onset_correlation.push_back(parse_number(row.at(3)).value_or(std::nan("")));
  }
  return r;
}

}  // namespace

SongReconstruction reconstruct_held_out(GroupingData& data, const fs::path& results) {
  const fs::path file = results / "reconstruction.csv", marker = results / "reconstruction.json";
  if (fs::exists(marker) && fs::exists(file) && read_json(marker) == fingerprint(data)) {
    SongReconstruction stored = read_reconstruction(file);
    if (stored.mse.size() == data.held_out.size()) return stored;
  }
  MeansOfSongs means(*data.judged, data.held_out);
  const LibrarySource source(data.judged);
  Progress progress("reconstruct", static_cast<int64_t>(means.clips().size()), "clips");
  for (int64_t first = 0; first < static_cast<int64_t>(means.clips().size()); first += kBlock) {
    throw_if_interrupted();
    const auto n = std::min<int64_t>(kBlock, static_cast<int64_t>(means.clips().size()) - first);
    const Reconstruction r =
        reconstruct_rows(*data.run.model, source, {means.clips().data() + first, static_cast<size_t>(n)});
    means.add(first, r.x, r.from_mean);
    progress.add(n);
  }
  SongReconstruction songs = means.take();
  Table table{{"path", "mse", "edge energy", "onset correlation"}, {}};
  for (size_t i = 0; i < data.held_out.size(); ++i)
    table.add({std::string(data.judged->song(data.held_out[i]).path), number(songs.mse[i]),
               number(songs.edge_energy[i]), number(songs.onset_correlation[i])});
  make_folder(results);
  table.write_csv(file);
  write_json(marker, fingerprint(data));
  return songs;
}

std::vector<NamedReconstruction> reconstruction_baselines(const GroupingData& data, int n_threads) {
  std::vector<NamedReconstruction> baselines;
  const std::vector<int64_t> train = clips_of_songs(*data.fitted, data.fit_songs);
  if (static_cast<int64_t>(train.size()) <= kMostRawClips) {
    const Pca pca = fit_pca(read_mels(*data.fitted, train, n_threads), 128);
    baselines.push_back({"global mean", rebuild_held_out(data, n_threads, [&](const Matrix& x, auto) {
                           Matrix out(x.n_rows, x.n_cols);
                           for (int64_t i = 0; i < x.n_rows; ++i)
                             std::copy(pca.mean.begin(), pca.mean.end(), out.row(i).begin());
                           return out;
                         })});
    baselines.push_back({"PCA-128", rebuild_held_out(data, n_threads, [&](const Matrix& x, auto) {
                           return pca.inverse_transform(pca.transform(x));
                         })});
  } else {
    log_warning("the baselines global mean and PCA-128 are left out: " + std::to_string(train.size()) +
                " training clips, at most " + std::to_string(kMostRawClips));
  }
  baselines.push_back({"band means", rebuild_held_out(data, n_threads, [&](const Matrix& x, auto clips) {
                         return band_means(*data.judged, x, clips);
                       })});
  return baselines;
}

}  // namespace songscape
