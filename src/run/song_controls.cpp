// The controls of songs with sound and words.
#include <algorithm>
#include <cmath>

#include "data/song_source.h"
#include "run/controls.h"
#include "stats/pca.h"
#include "stats/standardiser.h"

namespace songscape {
namespace {

// Songs' mean features; `has` says which songs have any.
struct Part {
  Matrix songs;
  std::vector<char> has;
};

Part sound_of(const LibraryIndex& library) {
  Part part{Matrix(library.n_songs(), kStoredFeatures), {}};
  for (int64_t s = 0; s < library.n_songs(); ++s) {
    part.has.push_back(library.song(s).n_clips > 0);
    read_mean_features(library, s, part.songs.row(s).first<kStoredFeatures>());
  }
  return part;
}

Part words_of(const LibraryIndex& library, MatrixView text) {
  Part part{Matrix(text.n_rows, text.n_cols), {}};
  std::copy_n(text.data, part.songs.values.size(), part.songs.values.begin());
  for (int64_t s = 0; s < library.n_songs(); ++s) part.has.push_back(library.song(s).has_lyrics);
  return part;
}

Matrix rows_that_have(const Part& part, std::span<const int64_t> songs) {
  std::vector<int64_t> rows;
  for (const int64_t s : songs)
    if (part.has[static_cast<size_t>(s)]) rows.push_back(s);
  return select_rows(part.songs, rows);
}

// One deviation for all columns: that of their mean variance.
Standardiser one_scale(Standardiser scaler) {
  double variance = 0;
  for (const float s : scaler.scale) variance += static_cast<double>(s) * s;
  std::ranges::fill(scaler.scale, static_cast<float>(std::sqrt(variance / static_cast<double>(scaler.scale.size()))));
  return scaler;
}

Matrix scaled(const Part& part, const Standardiser& scaler) {
  Matrix out = scaler.transform(part.songs);
  for (int64_t s = 0; s < out.n_rows; ++s)
    if (!part.has[static_cast<size_t>(s)]) std::ranges::fill(out.row(s), 0.f);
  return out;
}

}  // namespace

std::vector<FeatureSet> song_control_features(const ControlRequest& request, MatrixView fitted_text,
                                              MatrixView judged_text) {
  struct Scaled {
    Matrix fit, songs;
  };
  std::vector<FeatureSet> sets;
  std::vector<Scaled> parts;
  const auto add = [&](const char* name, const Part& fitted, const Part& judged, bool is_text) {
    const Matrix known = rows_that_have(fitted, request.fit_songs);
    if (known.n_rows < 2) return;
    Standardiser scaler = fit_standardiser(known);
    if (is_text) scaler = one_scale(std::move(scaler));
    parts.push_back({select_rows(scaled(fitted, scaler), request.fit_songs), scaled(judged, scaler)});
    sets.push_back({name, parts.back().fit, parts.back().songs, {}, true});
  };
  add("39 features", sound_of(request.fitted), sound_of(request.judged), false);
  add("text features", words_of(request.fitted, fitted_text), words_of(request.judged, judged_text), true);
  if (parts.size() == 2)
    sets.push_back(
        {"39 + text features", beside(parts[0].fit, parts[1].fit), beside(parts[0].songs, parts[1].songs), {}, true});
  if (sets.empty()) return sets;
  const Pca pca = fit_pca(sets.back().fit, std::min(request.n_components, sets.back().fit.n_cols));
  sets.push_back({"pca", pca.transform(sets.back().fit), pca.transform(sets.back().songs), {}, true});
  return sets;
}

}  // namespace songscape
