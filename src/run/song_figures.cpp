#include "run/song_figures.h"

#include <algorithm>
#include <numeric>

#include "audio/features.h"
#include "report/bars.h"
#include "run/run_rows.h"
#include "run/song_training.h"
#include "stats/standardiser.h"
#include "train/inference.h"

namespace songscape {
namespace {

constexpr size_t kSongs = 2, kMostScaled = 512;
constexpr int64_t kWords = 12;

std::vector<int64_t> held_out_songs(const OpenRun& run, const LibraryIndex& library) {
  const Split split = split_of(run, library);
  std::vector<int64_t> songs = split.validation.empty() ? split.train : split.validation;
  if (songs.empty()) {
    songs.resize(static_cast<size_t>(library.n_songs()));
    std::iota(songs.begin(), songs.end(), int64_t{0});
  }
  const auto n_parts = [&](int64_t s) { return (library.song(s).n_clips > 0) + library.song(s).has_lyrics; };
  std::ranges::stable_sort(songs, std::greater(), n_parts);
  if (songs.size() > kMostScaled) songs.resize(kMostScaled);
  return songs;
}

std::string name_of(const LibraryIndex& library, int64_t song) {
  const IndexSong s = library.song(song);
  return std::string(s.title.empty() ? s.path : s.title);
}

void add_pair(BarPanel& panel, const std::string& name, double original, double reconstructed) {
  panel.bars.push_back({.name = name, .value = original, .colour = -1});
  panel.bars.push_back({.name = "", .value = reconstructed, .colour = 0});
}

BarPanel features_panel(const std::string& title, std::span<const float> original, std::span<const float> told) {
  BarPanel panel{.title = title, .value_label = "standard deviations"};
  for (size_t j = 0; j < feature_names().size(); ++j)
    add_pair(panel, std::string(feature_names()[j]), original[j], told[j]);
  return panel;
}

// The words that weigh most in the lyrics or in what the model makes of them.
BarPanel words_panel(const TextFeatures& text, const std::string& lyrics, std::span<const float> told) {
  BarPanel panel{.title = "Strongest words", .value_label = "TF-IDF weight"};
  std::vector<double> original(static_cast<size_t>(text.n_words()), 0), made(original.size());
  const SparseMatrix own = text.weights(std::span(&lyrics, 1), 1);
  for (size_t e = 0; e < own.column.size() && own.column[e] < text.n_words(); ++e)
    original[static_cast<size_t>(own.column[e])] = own.value[e];
  for (int64_t j = 0; j < text.n_words(); ++j) {
    double weight = text.pca().mean[static_cast<size_t>(j)];
    for (int64_t k = 0; k < text.n_components(); ++k)
      weight += static_cast<double>(told[static_cast<size_t>(k)]) * text.pca().components(k, j);
    made[static_cast<size_t>(j)] = weight;
  }
  std::vector<int64_t> order(original.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto strength = [&](int64_t j) {
    return std::max(original[static_cast<size_t>(j)], made[static_cast<size_t>(j)]);
  };
  const auto n = std::min<ptrdiff_t>(kWords, static_cast<ptrdiff_t>(order.size()));
  std::ranges::partial_sort(order, order.begin() + n, std::greater(), strength);
  for (ptrdiff_t i = 0; i < n; ++i) {
    const int64_t j = order[static_cast<size_t>(i)];
    add_pair(panel, text.term(j).term, original[static_cast<size_t>(j)], made[static_cast<size_t>(j)]);
  }
  return panel;
}

}  // namespace

Figure song_reconstruction_figure(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  const std::vector<int64_t> songs = held_out_songs(run, *library);
  const SongParts parts = song_parts_of(run, library);
  const TextFeatures text = text_features_of_run(run.folder);
  const Reconstruction r = reconstruct_rows(*run.model, *parts.rows().source, songs);
  const auto sound_of = [](const Matrix& rows) {
    Matrix out(rows.n_rows, kStoredFeatures);
    for (int64_t i = 0; i < rows.n_rows; ++i) std::copy_n(rows.row(i).begin(), kStoredFeatures, out.row(i).begin());
    return out;
  };
  const Standardiser scaler = fit_standardiser(sound_of(r.x));
  const Matrix original = scaler.transform(sound_of(r.x)), told = scaler.transform(sound_of(r.from_mean));
  BarFigure figure{.title = "Reconstruction of songs held out of training",
                   .caption = "Grey: the song. Coloured: what the model makes of it, from the posterior mean.",
                   .panels = {}};
  for (size_t i = 0; i < std::min(kSongs, songs.size()); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (library->song(songs[i]).n_clips > 0)
      figure.panels.push_back(features_panel(name_of(*library, songs[i]), original.row(row), told.row(row)));
    if (library->song(songs[i]).has_lyrics)
      figure.panels.push_back(words_panel(text, library->read_lyrics(songs[i]),
                                          r.from_mean.row(row).subspan(static_cast<size_t>(kStoredFeatures))));
  }
  return draw_bars(figure);
}

}  // namespace songscape
