#include "run/report_figures.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/csv.h"
#include "core/file.h"
#include "core/text.h"
#include "report/curves.h"
#include "report/map.h"
#include "report/spectrogram.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "run/run_rows.h"
#include "run/song_figures.h"
#include "run/song_training.h"
#include "train/inference.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

std::vector<double> column_of(const CsvTable& t, const std::string& name) {
  std::vector<double> values;
  const int64_t j = t.find(name);
  if (j < 0) return values;
  for (const auto& row : t.rows) values.push_back(parse_number(row[static_cast<size_t>(j)]).value_or(std::nan("")));
  return values;
}

// A song of each class in turn, until n are found.
std::vector<int64_t> example_songs(const std::vector<int64_t>& songs, const SongLabel* label, size_t n) {
  std::map<int32_t, std::vector<int64_t>> by_class;
  for (const int64_t s : songs) by_class[label ? label->codes[static_cast<size_t>(s)] : 0].push_back(s);
  std::vector<int64_t> firsts, chosen;
  for (const auto& [code, members] : by_class) firsts.push_back(members.front());
  if (firsts.size() < n) firsts = songs;
  for (size_t i = 0; i < std::min(n, firsts.size()); ++i)
    chosen.push_back(firsts[i * firsts.size() / std::min(n, firsts.size())]);
  return chosen;
}

// 0 … 3 by the quarters of the known values, −1 where unknown.
Classes quarters_of(std::span<const double> values) {
  Classes classes{{}, std::vector<int32_t>(values.size(), -1), {}, {}};
  std::vector<double> known;
  for (const double v : values)
    if (std::isfinite(v)) known.push_back(v);
  std::ranges::sort(known);
  std::vector<double> bounds;
  for (const size_t q : {1, 2, 3}) bounds.push_back(known[std::min(known.size() - 1, known.size() * q / 4)]);
  const auto text = [](double v) { return format_number(v, 3); };
  classes.names = {"below " + text(bounds[0]), text(bounds[0]) + " to " + text(bounds[1]),
                   text(bounds[1]) + " to " + text(bounds[2]), text(bounds[2]) + " and above"};
  for (size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]))
      classes.labels[i] = static_cast<int32_t>(std::ranges::count_if(bounds, [&](double b) { return values[i] >= b; }));
  return classes;
}

}  // namespace

Figure training_curves_figure(const fs::path& run) {
  const CsvTable t = read_csv(RunFolder(run).history());
  const std::string model = read_run_config(run).model;
  const bool is_of_midi = reads_tokens(model);
  const char* const nats = is_of_midi ? "nats a window" : "nats a song";
  TrainingCurves curves{.title = "Training",
                        .caption = is_of_midi ? "Terms per window, before their weights; validation by the same loss."
                                              : "Terms per song, before their weights; validation by the same loss.",
                        .epochs = column_of(t, "epoch"),
                        .terms = {},
                        .best_epoch = {}};
  const auto add = [&](const char* title, const char* unit, const std::string& name) {
    TrainingTerm term{title, unit, column_of(t, "train_" + name), column_of(t, "validation_" + name)};
    if (!term.train.empty() || !term.validation.empty()) curves.terms.push_back(std::move(term));
  };
  add("Total loss", nats, "loss");
  add("Reconstruction term", nats, "reconstruction");
  add("Sound", "nats a song", "audio");
  add("Words", "nats a song", "text");
  add("KL to the prior", nats, "kl");
  if (is_of_midi)
    add("Tokens that are not the likeliest", "share", "mse");
  else
    add("Mean squared error", reads_songs(model) ? "standardised" : "on [0, 1]", "mse");
  const std::vector<double> validation = column_of(t, "validation_loss");
  double best = INFINITY;
  for (size_t i = 0; i < validation.size(); ++i)
    if (validation[i] < best) best = validation[i], curves.best_epoch = curves.epochs[i];
  return draw_training_curves(curves);
}

Figure reconstruction_figure(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library, const SongLabel* label) {
  const bool is_by_song = reads_songs(run.model_name);
  if (is_by_song && audio_of(read_run_config(run.folder).settings) == SongSource::Audio::features)
    return song_reconstruction_figure(run, library);
  const Split split = split_of(run, *library);
  std::vector<int64_t> songs = split.validation.empty() ? split.train : split.validation;
  if (songs.empty())
    for (int64_t i = 0; i < library->n_songs(); ++i) songs.push_back(i);
  std::erase_if(songs, [&](int64_t s) { return library->song(s).n_clips == 0; });
  songs = example_songs(songs, label, 6);
  std::vector<int64_t> clips;
  for (const int64_t s : songs) clips.push_back(library->song(s).first_clip + library->song(s).n_clips / 2);
  // A song's row begins with the mel of its middle clip.
  const Reconstruction r = reconstruct_rows(*run.model, *rows_of_run(run, library).source, is_by_song ? songs : clips);
  ReconstructionFigure figure{.title = "Reconstruction of songs held out of training",
                              .caption = "From the posterior mean. Difference: reconstruction less original.",
                              .scale = {},
                              .pairs = {}};
  const auto mel_view = [](const Matrix& m, int64_t i) { return MatrixView{m.row(i).data(), kMelBands, kMelFrames}; };
  for (size_t i = 0; i < songs.size(); ++i) {
    const int64_t row = static_cast<int64_t>(i);
    std::string name(library->song(songs[i]).title.empty() ? library->song(songs[i]).path
                                                           : library->song(songs[i]).title);
    if (label && label->codes[static_cast<size_t>(songs[i])] >= 0)
      name += " (" + label->classes[static_cast<size_t>(label->codes[static_cast<size_t>(songs[i])])] + ")";
    figure.pairs.push_back(
        {name, mel_view(r.x, row), mel_view(r.from_mean, row), library->clip(clips[i]).n_valid_frames});
  }
  return draw_reconstructions(figure);
}

Figure cluster_selection_figure(const Grouping& grouping, const SongLabel* label) {
  std::map<std::string, SelectionCurve> curves;
  for (const SelectionPoint& p : grouping.selection) {
    SelectionCurve& c = curves[p.algorithm];
    c.algorithm = p.algorithm;
    c.n_clusters.push_back(static_cast<double>(p.k));
    c.silhouette.push_back(p.silhouette);
    if (p.is_chosen) c.chosen = static_cast<double>(p.k);
  }
  ClusterSelection figure{.title = "Silhouette against the number of clusters",
                          .caption = "On the latents of the training songs; no label takes part in the choice.",
                          .curves = {},
                          .n_classes = {}};
  for (auto& [name, curve] : curves) figure.curves.push_back(std::move(curve));
  if (label) figure.n_classes = static_cast<double>(label->classes.size());
  return draw_cluster_selection(figure);
}

Classes classes_of(const SongLabel& label, const std::vector<SongLabel>& all) {
  Classes classes{label.classes, label.codes, {}, {}};
  const SongLabel* family = find_label(all, "family");
  if (!family || family == &label) return classes;
  std::vector<int32_t> family_of(label.classes.size(), -1);
  for (size_t s = 0; s < label.codes.size(); ++s) {
    if (label.codes[s] < 0) continue;
    int32_t& f = family_of[static_cast<size_t>(label.codes[s])];
    if (f >= 0 && f != family->codes[s]) return classes;  // a class of two families: none is shown
    f = family->codes[s];
  }
  if (std::count(family_of.begin(), family_of.end(), -1) > 0) return classes;
  classes.family_of = std::move(family_of);
  classes.families = family->classes;
  return classes;
}

Figure map_figure(const MapFigureRequest& request) {
  SongMap map{.title = request.method + " of the songs' latents",
              .caption = "Trustworthiness " + format_number(request.trustworthiness, 3) +
                         " over 5 neighbours. Distances between far groups mean nothing.",
              .positions = request.positions,
              .panels = {}};
  const Classes clusters = numbered_classes(request.clusters);
  map.panels.push_back({"k-means, " + std::to_string(clusters.names.size()) + " clusters", clusters, true});
  for (const SongLabel& label : request.labels)
    if (label.name == request.label)
      map.panels.push_back({label.name + ", " + std::to_string(label.classes.size()) + " classes",
                            classes_of(label, request.labels), false});
  return draw_map(map);
}

Figure attributes_map_figure(MatrixView positions, const std::string& method, const LibraryIndex& library,
                             const std::vector<SongLabel>& labels) {
  constexpr size_t kMostClasses = 24;
  SongMap map{.title = method + " of the songs' latents, by what is known of them",
              .caption = "Numbers in quarters of the songs.",
              .positions = positions,
              .panels = {}};
  for (const SongLabel& label : labels)
    if (label.classes.size() <= kMostClasses) map.panels.push_back({label.name, classes_of(label, labels), false, {}});
  for (const IndexColumn& column : library.columns())
    if (column.kind == ColumnKind::factor && !std::string_view(column.name).ends_with("_confidence") &&
        std::ranges::any_of(column.values, [](double v) { return std::isfinite(v); }))
      map.panels.push_back({std::string(column.name), quarters_of(column.values), false, {}});
  return draw_map(map);
}

}  // namespace songscape
