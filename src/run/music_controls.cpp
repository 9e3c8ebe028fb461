#include <algorithm>

#include "core/parallel.h"
#include "midi/feature_overlap.h"
#include "midi/pitch_metrics.h"
#include "midi/tokens.h"
#include "run/controls.h"
#include "stats/pca.h"
#include "stats/standardiser.h"

namespace songscape {
namespace {

struct MusicTables {
  Matrix classes, features;  // a row a song, zeros where it has no window
};

MusicTables read_music(const TokenSource& source) {
  const int64_t n = source.n_rows(), n_songs = source.index().n_songs();
  std::vector<std::vector<float>> windows(static_cast<size_t>(n));
  parallel_for(n, worker_threads(), [&](int64_t i) {
    const GridSong song = from_tokens(source.tokens(i));
    std::vector<float>& row = windows[static_cast<size_t>(i)];
    for (const double p : pitch_class_distribution(song)) row.push_back(p == p ? static_cast<float>(p) : 0);
    for (const auto& feature : set_features(song)) row.insert(row.end(), feature.begin(), feature.end());
  });
  const auto n_columns = windows.empty() ? 12 : std::ssize(windows.front());
  MusicTables tables{Matrix(n_songs, 12), Matrix(n_songs, n_columns - 12)};
  std::vector<float> n_windows(static_cast<size_t>(n_songs));
  for (int64_t i = 0; i < n; ++i) n_windows[static_cast<size_t>(source.song_of(i))] += 1;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t s = source.song_of(i);
    for (int64_t j = 0; j < n_columns; ++j)
      (j < 12 ? tables.classes(s, j) : tables.features(s, j - 12)) +=
          windows[static_cast<size_t>(i)][static_cast<size_t>(j)] / n_windows[static_cast<size_t>(s)];
  }
  return tables;
}

}  // namespace

std::vector<FeatureSet> music_control_features(const ControlRequest& request, const TokenSource& fitted,
                                               const TokenSource& judged) {
  const MusicTables own = read_music(judged), of_fit = &fitted == &judged ? own : read_music(fitted);
  std::vector<FeatureSet> sets;
  const auto add = [&](const char* name, const Matrix& fit, const Matrix& songs) {
    const Matrix known = select_rows(fit, request.fit_songs);
    const Standardiser scaler = fit_standardiser(known);
    sets.push_back({name, scaler.transform(known), scaler.transform(songs), {}, true});
  };
  add("pitch classes", of_fit.classes, own.classes);
  add("set features", of_fit.features, own.features);
  add("pitch classes + set features", beside(of_fit.classes, of_fit.features), beside(own.classes, own.features));
  const Pca pca = fit_pca(sets.back().fit, std::min(request.n_components, sets.back().fit.n_cols));
  sets.push_back({"pca", pca.transform(sets.back().fit), pca.transform(sets.back().songs), {}, true});
  return sets;
}

}  // namespace songscape
