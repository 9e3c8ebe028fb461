#include "run/controls.h"

#include <algorithm>
#include <array>

#include "audio/statistics.h"
#include "core/log.h"
#include "core/parallel.h"
#include "stats/pca.h"
#include "stats/standardiser.h"

namespace songscape {
namespace {

struct ClipTables {
  Matrix raw;         // [n_clips × 165,504], empty above kMostRawClips
  Matrix statistics;  // [n_clips × 256]
  Matrix features;    // [n_clips × 39]
};

ClipTables read_clips(const LibraryIndex& library, int n_threads) {
  const int64_t n = library.n_clips();
  const bool keeps_raw = n <= kMostRawClips;
  ClipTables t{Matrix(keeps_raw ? n : 0, kMelValues), Matrix(n, 2 * kMelBands), Matrix(n, kStoredFeatures)};
  parallel_for(n, n_threads, [&](int64_t i) {
    std::vector<float> own(keeps_raw ? 0 : kMelValues);
    const std::span<float> mel = keeps_raw ? t.raw.row(i) : std::span<float>(own);
    library.read_mel(i, mel);
    const auto statistics = mel_statistics(mel, library.clip(i).n_valid_frames);
    std::copy(statistics.begin(), statistics.end(), t.statistics.row(i).begin());
    library.read_features(i, t.features.row(i).first<kStoredFeatures>());
  });
  return t;
}

Matrix beside(MatrixView a, MatrixView b) {
  Matrix out(a.n_rows, a.n_cols + b.n_cols);
  for (int64_t i = 0; i < a.n_rows; ++i) {
    std::copy(a.row(i).begin(), a.row(i).end(), out.row(i).begin());
    std::copy(b.row(i).begin(), b.row(i).end(), out.row(i).begin() + a.n_cols);
  }
  return out;
}

}  // namespace

Matrix mean_over_clips(MatrixView clips, const LibraryIndex& library) {
  Matrix songs(library.n_songs(), clips.n_cols);
  for (int64_t s = 0; s < library.n_songs(); ++s) {
    const IndexSong song = library.song(s);
    const auto out = songs.row(s);
    for (int64_t c = 0; c < song.n_clips; ++c) {
      const auto row = clips.row(song.first_clip + c);
      for (size_t j = 0; j < out.size(); ++j) out[j] += row[j] / static_cast<float>(song.n_clips);
    }
  }
  return songs;
}

std::vector<FeatureSet> control_features(const ControlRequest& request) {
  const LibraryIndex& library = request.library;
  ClipTables clips = read_clips(library, request.n_threads);
  std::vector<FeatureSet> sets;
  const auto add = [&](const char* name, Matrix songs, Matrix of_clips) {
    sets.push_back({name, std::move(songs), std::move(of_clips), true});
  };
  if (clips.raw.n_rows > 0) {
    const Matrix songs = mean_over_clips(clips.raw, library);
    const Pca every = fit_pca(songs, library.n_songs());  // a rotation: distances stay
    add("raw mel", every.transform(songs),
        library.n_clips() > library.n_songs() ? every.transform(clips.raw) : Matrix());
    const Pca pca = fit_pca(select_rows(songs, request.train_songs), request.n_components);
    add("pca", pca.transform(songs), library.n_clips() > library.n_songs() ? pca.transform(clips.raw) : Matrix());
    clips.raw = Matrix();
  } else {
    log_warning("raw mel and PCA are left out of the controls: " + std::to_string(library.n_clips()) +
                " clips, at most " + std::to_string(kMostRawClips));
  }
  const auto standardised = [&](const char* name, const Matrix& of_clips) {
    const Matrix songs = mean_over_clips(of_clips, library);
    const Standardiser scaler = fit_standardiser(select_rows(songs, request.train_songs));
    add(name, scaler.transform(songs), scaler.transform(of_clips));
  };
  standardised("mel mean+std", clips.statistics);
  standardised("39 features", clips.features);
  standardised("39 + mel mean+std", beside(clips.features, clips.statistics));
  return sets;
}

}  // namespace songscape
