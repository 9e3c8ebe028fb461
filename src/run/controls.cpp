#include "run/controls.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "audio/statistics.h"
#include "core/log.h"
#include "core/parallel.h"
#include "data/split.h"
#include "stats/pca.h"
#include "stats/standardiser.h"

namespace songscape {
namespace {

struct ClipTables {
  Matrix raw;         // [n_clips × 165,504], empty where it is left out
  Matrix statistics;  // [n_clips × 256]
  Matrix features;    // [n_clips × 39]
};

ClipTables read_clips(const LibraryIndex& library, std::span<const int64_t> clips, bool keeps_raw, int n_threads) {
  const auto n = static_cast<int64_t>(clips.size());
  ClipTables t{Matrix(keeps_raw ? n : 0, kMelValues), Matrix(n, 2 * kMelBands), Matrix(n, kStoredFeatures)};
  parallel_for(n, n_threads, [&](int64_t i) {
    const int64_t clip = clips[static_cast<size_t>(i)];
    std::vector<float> own(keeps_raw ? 0 : kMelValues);
    const std::span<float> mel = keeps_raw ? t.raw.row(i) : std::span<float>(own);
    library.read_mel(clip, mel);
    const auto statistics = mel_statistics(mel, library.clip(clip).n_valid_frames);
    std::copy(statistics.begin(), statistics.end(), t.statistics.row(i).begin());
    library.read_features(clip, t.features.row(i).first<kStoredFeatures>());
  });
  return t;
}

Matrix below(Matrix a, MatrixView b) {
  if (a.n_rows == 0) a.n_cols = b.n_cols;
  a.values.insert(a.values.end(), b.data, b.data + b.n_rows * b.n_cols);
  a.n_rows += b.n_rows;
  return a;
}

Matrix first_rows(const Matrix& x, int64_t n) {
  Matrix out(n, x.n_cols);
  std::copy_n(x.values.begin(), out.values.size(), out.values.begin());
  return out;
}

Matrix last_rows(const Matrix& x, int64_t n) {
  Matrix out(n, x.n_cols);
  std::copy_n(x.values.end() - static_cast<ptrdiff_t>(out.values.size()), out.values.size(), out.values.begin());
  return out;
}

// The songs of the fit and those that are judged, as tables of clips and as means over each song's clips.
class ControlMaker {
 public:
  explicit ControlMaker(const ControlRequest& request)
      : request_(request), is_one_library_(&request.fitted == &request.judged) {
    std::vector<int64_t> judged(static_cast<size_t>(request.judged.n_clips()));
    std::iota(judged.begin(), judged.end(), int64_t{0});
    if (!is_one_library_) fit_clips_ = clips_of_songs(request.fitted, request.fit_songs);
    const auto n_read = static_cast<int64_t>(judged.size() + fit_clips_.size());
    const bool keeps_raw = n_read <= kMostRawClips;
    if (!keeps_raw)
      log_warning("raw mel and PCA are left out of the controls: " + std::to_string(n_read) + " clips, at most " +
                  std::to_string(kMostRawClips));
    judged_ = read_clips(request.judged, judged, keeps_raw, request.n_threads);
    if (!is_one_library_) fitted_ = read_clips(request.fitted, fit_clips_, keeps_raw, request.n_threads);
  }

  std::vector<FeatureSet> make() {
    if (judged_.raw.n_rows > 0) add_raw();
    add_standardised("mel mean+std", &ClipTables::statistics);
    add_standardised("39 features", &ClipTables::features);
    fitted_.features = beside(fitted_.features, fitted_.statistics);
    judged_.features = beside(judged_.features, judged_.statistics);
    add_standardised("39 + mel mean+std", &ClipTables::features);
    return std::move(sets_);
  }

 private:
  // A row for each song of the fit, in its order.
  Matrix fit_songs(MatrixView fit_clips, MatrixView judged_songs) const {
    if (is_one_library_) return select_rows(judged_songs, request_.fit_songs);
    Matrix songs(static_cast<int64_t>(request_.fit_songs.size()), fit_clips.n_cols);
    std::vector<int64_t> place(static_cast<size_t>(request_.fitted.n_songs()), -1);
    for (size_t i = 0; i < request_.fit_songs.size(); ++i)
      place[static_cast<size_t>(request_.fit_songs[i])] = static_cast<int64_t>(i);
    for (size_t c = 0; c < fit_clips_.size(); ++c) {
      const int64_t song = request_.fitted.clip(fit_clips_[c]).song;
      const auto out = songs.row(place[static_cast<size_t>(song)]);
      const auto row = fit_clips.row(static_cast<int64_t>(c));
      const auto n = static_cast<float>(request_.fitted.song(song).n_clips);
      for (size_t j = 0; j < out.size(); ++j) out[j] += row[j] / n;
    }
    return songs;
  }

  void add(const char* name, Matrix fit, Matrix songs, Matrix clips) {
    const bool keeps_clips = request_.judged.n_clips() > request_.judged.n_songs();
    sets_.push_back({name, std::move(fit), std::move(songs), keeps_clips ? std::move(clips) : Matrix(), true});
  }

  void add_raw() {
    const int64_t n_judged = judged_.raw.n_rows;
    Matrix fit_by_pca, songs_by_pca, clips_by_pca;
    {
      const Matrix songs = mean_over_clips(judged_.raw, request_.judged), fit = fit_songs(fitted_.raw, songs);
      const Pca pca = fit_pca(fit, request_.n_components);
      fit_by_pca = pca.transform(fit), songs_by_pca = pca.transform(songs), clips_by_pca = pca.transform(judged_.raw);
    }
    fitted_.raw = below(std::move(fitted_.raw), judged_.raw);
    judged_.raw = Matrix();
    const Matrix turned = principal_coordinates(fitted_.raw);
    fitted_.raw = Matrix();
    // A rotation, so means over clips may be taken after it.
    Matrix clips = last_rows(turned, n_judged);
    Matrix of_songs = mean_over_clips(clips, request_.judged);
    Matrix fit = fit_songs(first_rows(turned, turned.n_rows - n_judged), of_songs);
    add("raw mel", std::move(fit), std::move(of_songs), std::move(clips));
    add("pca", std::move(fit_by_pca), std::move(songs_by_pca), std::move(clips_by_pca));
  }

  void add_standardised(const char* name, Matrix ClipTables::*table) {
    const Matrix songs = mean_over_clips(judged_.*table, request_.judged);
    const Matrix fit = fit_songs(fitted_.*table, songs);
    const Standardiser scaler = fit_standardiser(fit);
    add(name, scaler.transform(fit), scaler.transform(songs), scaler.transform(judged_.*table));
  }

  const ControlRequest& request_;
  bool is_one_library_;
  std::vector<int64_t> fit_clips_;  // of another library
  ClipTables fitted_, judged_;
  std::vector<FeatureSet> sets_;
};

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

std::vector<FeatureSet> control_features(const ControlRequest& request) { return ControlMaker(request).make(); }

}  // namespace songscape
