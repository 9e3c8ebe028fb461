// Music: what the model makes of its prior, beside held-out music.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "midi/feature_overlap.h"
#include "midi/novelty_metrics.h"
#include "midi/pitch_metrics.h"
#include "midi/quantise.h"
#include "midi/smf_reader.h"
#include "midi/tokens.h"
#include "nn/noise.h"
#include "proof/music_figures.h"
#include "proof/music_parts.h"
#include "proof/music_rebuild.h"
#include "proof/quantile.h"
#include "report/curves.h"
#include "stats/cross_validation.h"
#include "stats/folds.h"
#include "stats/random_forest.h"

namespace songscape {
namespace {

constexpr int64_t kPieces = 100, kMostKnown = 1000;
constexpr double kTemperatures[] = {0, .5, 1};
constexpr double kLeastOverlap = .7, kLowShare = .05, kHighShare = .95;
// Of kSetFeatureNames, those of pitches and of onsets: what is claimed of.
constexpr size_t kOverlapsClaimed[] = {0, 2, 3, 4, 5, 6};
constexpr const char* kHeldOut = "held-out";

// Pieces of one origin.
struct PieceSet {
  std::string name;  // "held-out", "T 0.5"
  std::vector<GridSong> music;
  std::vector<int32_t> groups;
  std::vector<std::vector<double>> figures = {};  // [piece][figure]
  double cut = 0, valid = 1;                      // shares
  std::vector<double> column(size_t figure) const {
    std::vector<double> out;
    for (const auto& f : figures) out.push_back(f[figure]);
    return out;
  }
};

PieceSet with_figures(PieceSet set) {
  set.figures.resize(set.music.size());
  parallel_for(std::ssize(set.music), worker_threads(), [&](int64_t i) {
    set.figures[static_cast<size_t>(i)] = music_figures(set.music[static_cast<size_t>(i)]);
  });
  return set;
}

std::string at_temperature(double t) { return "T " + format_number(t); }

// Whether the piece survives a MIDI file, each of its notes with its end.
bool is_whole_file(const GridSong& song) {
  try {
    const ReadSmf read = read_smf(to_smf(to_midi(song)));
    size_t n = 0;
    for (const MidiTrack& track : read.song.tracks) n += track.notes.size();
    return read.warnings.empty() && n == song.notes.size();
  } catch (const Error& e) {
    log_warning(e.what());
    return false;
  }
}

PieceSet sampled_at(const MusicProof& proof, double temperature) {
  const bool is_one = temperature == 0 && !proof.has_latents();  // without latents the likeliest piece is one piece
  const int64_t n = is_one ? 1 : proof.context.options.n_samples > 0 ? proof.context.options.n_samples : kPieces;
  std::vector<int64_t> n_bars;
  for (int64_t i = 0; i < n; ++i)
    n_bars.push_back(std::ssize(proof.held_out.music[static_cast<size_t>(i) % proof.held_out.music.size()].bars));
  Pass pass{.noise = noise_for(proof.seed, "music of the prior")};
  const auto played = play_music(proof.model, proof.model.sample_prior(n, pass), n_bars, temperature, proof.seed);
  PieceSet set{.name = at_temperature(temperature), .music = {}, .groups = std::vector<int32_t>(played.size())};
  std::iota(set.groups.begin(), set.groups.end(), 0);
  for (const GeneratedMusic& piece : played) {
    set.music.push_back(from_tokens(piece.tokens));
    set.cut += static_cast<double>(piece.was_cut) / static_cast<double>(n);
  }
  std::vector<char> whole(played.size());
  parallel_for(n, worker_threads(),
               [&](int64_t i) { whole[static_cast<size_t>(i)] = is_whole_file(set.music[static_cast<size_t>(i)]); });
  set.valid = static_cast<double>(std::ranges::count(whole, 1)) / static_cast<double>(n);
  return with_figures(std::move(set));
}

struct Band {
  double low = 0, high = 0;
};
std::optional<Band> band_of(std::vector<double> real) {
  std::erase_if(real, [](double v) { return std::isnan(v); });
  if (real.empty()) return std::nullopt;
  return Band{quantile(real, kLowShare), quantile(real, kHighShare)};
}

// To three decimals, as it is shown.
double rounded(double v) { return std::round(1000 * v) / 1000; }

void add_figures(ProofResult& result, const PieceSet& real, const std::vector<PieceSet>& made, uint64_t seed) {
  Table table{{"figure", "music", "pieces", "mean", "low", "high", "real_5", "real_95"}, {}};
  const auto names = music_figure_names();
  for (size_t f = 0; f < names.size(); ++f) {
    const std::string name(names[f]);
    const std::vector<double> of_real = real.column(f);
    const std::optional<Band> band = band_of(of_real);
    const auto row = [&](const PieceSet& set, const Interval& i) {
      table.add({name, set.name, std::ssize(set.music), i.estimate, i.low, i.high, band ? Cell(band->low) : Cell(),
                 band ? Cell(band->high) : Cell()});
    };
    const Interval own = mean_by_group(of_real, real.groups, seed);
    row(real, own);
    for (const PieceSet& set : made) {
      const Interval i = mean_by_group(set.column(f), set.groups, seed);
      row(set, i);
      const bool is_repetition = f < kNumRepetitions;
      if (!is_repetition && &set != &made.back()) continue;
      Measure m = measured(name + ", " + set.name, i, "held-out music " + interval_text(own));
      if (is_repetition && band) {
        m.reason += ", its windows from " + format_number(band->low, 3) + " to " + format_number(band->high, 3) +
                    " (5 to 95 %)";
        m = judged(std::move(m), {.least = rounded(band->low), .most = rounded(band->high)});
      }
      result.measures.push_back(std::move(m));
    }
  }
  result.tables.push_back({"figures", std::move(table)});
}

void add_overlaps(ProofResult& result, const PieceSet& real, const std::vector<PieceSet>& made, const PieceSet& known) {
  Table table{{"feature", "music", "overlap", "within_held_out", "to_held_out"}, {}};
  const auto add = [&](const PieceSet& set) {
    const auto overlaps = feature_overlaps(real.music, set.music);
    double sum = 0;
    for (size_t f = 0; f < kNumSetFeatures; ++f)
      table.add({std::string(kSetFeatureNames[f]), set.name, overlaps[f].overlap, overlaps[f].within_mean,
                 overlaps[f].between_mean});
    for (const size_t f : kOverlapsClaimed) sum += overlaps[f].overlap;
    return std::pair(overlaps, sum / static_cast<double>(std::size(kOverlapsClaimed)));
  };
  for (const PieceSet& set : made) {
    const auto [overlaps, mean] = add(set);
    if (&set != &made.back()) continue;
    for (size_t f = 0; f < kNumSetFeatures; ++f)
      result.measures.push_back(measured("overlap of " + std::string(kSetFeatureNames[f]), overlaps[f].overlap));
    result.measures.push_back(judged(measured("overlap of pitch and onset features", mean, "their mean, " + set.name),
                                     {.least = kLeastOverlap}));
  }
  if (!known.music.empty())
    result.measures.push_back(
        measured("overlap of training windows", add(known).second, "what real music of other songs reaches"));
  result.tables.push_back({"overlaps", std::move(table)});
}

void add_pitch_classes(ProofResult& result, const PieceSet& real, const std::vector<PieceSet>& made,
                       const PieceSet& known) {
  Table table{{"music", "pitch_class", "share"}, {}};
  const PitchClasses of_real = pitch_class_distribution(real.music);
  const auto add = [&](const PieceSet& set) {
    const PitchClasses own = pitch_class_distribution(set.music);
    for (size_t p = 0; p < own.size(); ++p) table.add({set.name, static_cast<int64_t>(p), own[p]});
    return own;
  };
  add(real);
  for (const PieceSet& set : made) {
    const PitchClasses own = add(set);
    result.measures.push_back(
        measured("pitch classes' distance from held-out music, " + set.name, total_variation(own, of_real),
                 "total variation; Jensen-Shannon " + format_number(jensen_shannon(own, of_real), 3) + " bits"));
  }
  if (!known.music.empty())
    result.measures.push_back(measured("pitch classes' distance of training windows",
                                       total_variation(add(known), of_real), "real music of other songs"));
  result.tables.push_back({"pitch_classes", std::move(table)});
}

void add_novelty(ProofResult& result, const MusicProof& proof, const PieceSet& real,
                 const std::vector<PieceSet>& made) {
  if (proof.trained_on.music.empty()) {
    result.measures.push_back(not_measured("copied bars", "the training music is not at hand"));
    return;
  }
  const KnownSongs known(proof.trained_on.music);
  Table table{{"music", "copied_bars", "copied_bars_transposed", "nearest_overlap", "nearest_overlap_transposed"}, {}};
  const auto add = [&](const PieceSet& set) {
    std::vector<Novelty> all(set.music.size());
    parallel_for(std::ssize(set.music), worker_threads(),
                 [&](int64_t i) { all[static_cast<size_t>(i)] = known.novelty(set.music[static_cast<size_t>(i)]); });
    const auto mean_of = [&](double Novelty::*figure) {
      std::vector<double> values;
      for (const Novelty& n : all) values.push_back(n.*figure);
      return mean_by_group(values, set.groups, proof.seed);
    };
    const Interval bars = mean_of(&Novelty::copied_bars), moved = mean_of(&Novelty::copied_bars_transposed),
                   grams = mean_of(&Novelty::nearest_overlap),
                   moved_grams = mean_of(&Novelty::nearest_overlap_transposed);
    table.add({set.name, bars.estimate, moved.estimate, grams.estimate, moved_grams.estimate});
    return std::pair(moved, moved_grams);
  };
  const auto [real_bars, real_grams] = add(real);
  for (const PieceSet& set : made) {
    const auto [bars, grams] = add(set);
    if (&set != &made.back()) continue;
    result.measures.push_back(
        measured("copied bars, " + set.name, bars,
                 "of its bars, those of a training window in any key; held-out music " + interval_text(real_bars)));
    result.measures.push_back(measured("n-grams of the nearest training window, " + set.name, grams,
                                       "of 8 notes, in any key; held-out music " + interval_text(real_grams)));
  }
  result.tables.push_back({"novelty", std::move(table)});
}

// What a judge is shown of a piece: the eight features and the figures; the mean of all in the place of NaN.
Matrix shown_to_judge(const std::vector<const PieceSet*>& sets) {
  std::vector<std::vector<double>> rows;
  for (const PieceSet* set : sets)
    for (size_t i = 0; i < set->music.size(); ++i) {
      std::vector<double>& row = rows.emplace_back(set->figures[i]);
      for (const auto& feature : set_features(set->music[i])) row.insert(row.end(), feature.begin(), feature.end());
    }
  Matrix x(std::ssize(rows), std::ssize(rows.front()));
  for (int64_t j = 0; j < x.n_cols; ++j) {
    double sum = 0, n = 0;
    const auto at = [&](int64_t i) { return rows[static_cast<size_t>(i)][static_cast<size_t>(j)]; };
    for (int64_t i = 0; i < x.n_rows; ++i)
      if (!std::isnan(at(i))) sum += at(i), n += 1;
    for (int64_t i = 0; i < x.n_rows; ++i)
      x(i, j) = static_cast<float>(!std::isnan(at(i)) ? at(i) : n > 0 ? sum / n : 0);
  }
  return x;
}

PieceSet first_of(const PieceSet& set, size_t n) {
  const auto first = [n](const auto& all) {
    return std::remove_cvref_t<decltype(all)>(all.begin(), all.begin() + static_cast<ptrdiff_t>(n));
  };
  return {set.name, first(set.music), first(set.groups), first(set.figures), set.cut, set.valid};
}

// How often random forests of five folds (by song) tell the two apart, equally many of each.
Interval judge_accuracy(const PieceSet& real, const PieceSet& other, uint64_t seed) {
  const size_t n = std::min(real.music.size(), other.music.size());
  const PieceSet a = first_of(real, n), b = first_of(other, n);
  const Matrix x = shown_to_judge({&a, &b});
  std::vector<int32_t> labels(2 * n, 0), groups = a.groups;
  std::fill(labels.begin() + static_cast<ptrdiff_t>(n), labels.end(), 1);
  const int32_t above = groups.empty() ? 0 : *std::ranges::max_element(groups) + 1;
  for (const int32_t g : b.groups) groups.push_back(above + g);
  const std::vector<int32_t> folds = group_folds(groups, 5, seed);
  std::vector<double> right(2 * n, std::nan(""));
  for (int32_t fold = 0; fold < 5; ++fold) {
    const std::vector<int64_t> seen = rows_outside_fold(folds, fold), unseen = rows_in_fold(folds, fold);
    if (seen.empty() || unseen.empty()) continue;
    std::vector<int32_t> known;
    for (const int64_t r : seen) known.push_back(labels[static_cast<size_t>(r)]);
    const RandomForest forest =
        fit_forest(select_rows(x, seen), known, 2, {.n_trees = 100, .column_share = .15, .seed = seed});
    const Matrix shares = forest.predict(select_rows(x, unseen));
    for (size_t i = 0; i < unseen.size(); ++i) {
      const auto row = static_cast<size_t>(unseen[i]);
      right[row] = (shares(static_cast<int64_t>(i), 1) > .5f) == (labels[row] == 1) ? 1 : 0;
    }
  }
  return mean_by_group(right, groups, seed);
}

void add_judge(ProofResult& result, const PieceSet& real, const std::vector<PieceSet>& made, const PieceSet& known,
               uint64_t seed) {
  for (const PieceSet& set : made) {
    const std::string name = "a judge tells them from held-out music, " + set.name;
    if (std::min(set.music.size(), real.music.size()) < 10)
      result.measures.push_back(not_measured(name, "fewer than ten pieces of each"));
    else
      result.measures.push_back(
          measured(name, judge_accuracy(real, set, seed),
                   "accuracy of random forests on pieces that they have not seen; .5 is perfect"));
  }
  if (std::min(known.music.size(), real.music.size()) >= 10)
    result.measures.push_back(measured("a judge tells training windows from held-out music",
                                       judge_accuracy(real, known, seed), "the same of real music of other songs"));
}

// How often a figure has each value, as lines over 24 bins between the 1 % and 99 % of all.
Figure distributions_of(const std::string& model, const PieceSet& real, const std::vector<PieceSet>& made) {
  LineFigure figure{.title = model + ": generated music beside held-out music",
                    .caption = "Share of the pieces at each value, " + std::to_string(real.music.size()) +
                               " held-out windows and as many bars from the prior.",
                    .panels = {},
                    .n_columns = 3};
  const auto names = music_figure_names();
  for (const size_t f : {0, 2, 4, 7, 8, 9, 10, 15, 17, 19, 20, 22}) {
    std::vector<double> all;
    const auto known = [&](const PieceSet& set) {
      std::vector<double> values = set.column(f);
      std::erase_if(values, [](double v) { return std::isnan(v); });
      return values;
    };
    std::vector<const PieceSet*> sets{&real};
    for (const PieceSet& set : made) sets.push_back(&set);
    for (const PieceSet* set : sets) std::ranges::copy(known(*set), std::back_inserter(all));
    if (all.empty()) continue;
    const double low = quantile(all, .01), high = quantile(all, .99);
    constexpr int kBins = 24;
    const double width = high > low ? (high - low) / kBins : 1;
    LinePanel panel{.title = std::string(names[f]), .x_label = "", .y_label = "share", .y_scale = AxisScale::linear};
    for (const PieceSet* set : sets) {
      Line line{.name = set->name, .x = {}, .y = {}, .is_dashed = set == &real};
      const std::vector<double> values = known(*set);
      std::vector<double> counts(kBins);
      for (const double v : values)
        counts[static_cast<size_t>(std::clamp((v - low) / width, 0.0, kBins - 1.0))] +=
            1 / static_cast<double>(values.size());
      for (int b = 0; b < kBins; ++b) {
        line.x.push_back(low + (b + .5) * width);
        line.y.push_back(counts[static_cast<size_t>(b)]);
      }
      panel.lines.push_back(std::move(line));
    }
    figure.panels.push_back(std::move(panel));
  }
  return draw_lines(figure);
}

}  // namespace

void add_samples(ProofResult& result, const MusicProof& proof) {
  const PieceSet real =
      with_figures({.name = kHeldOut, .music = proof.held_out.music, .groups = proof.held_out.groups});
  std::vector<PieceSet> made;
  double valid = 0, cut = 0, n = 0;
  for (const double t : kTemperatures) {
    made.push_back(sampled_at(proof, t));
    const auto pieces = static_cast<double>(made.back().music.size());
    valid += made.back().valid * pieces, cut += made.back().cut * pieces, n += pieces;
  }
  const auto n_known = std::min({std::ssize(proof.trained_on.music), std::ssize(real.music), kMostKnown});
  PieceSet known{.name = "training", .music = {}, .groups = {}};
  known.music.assign(proof.trained_on.music.begin(), proof.trained_on.music.begin() + n_known);
  known.groups.assign(proof.trained_on.groups.begin(), proof.trained_on.groups.begin() + n_known);
  known = with_figures(std::move(known));
  result.measures.push_back(judged(measured("samples that are whole MIDI files", valid / n,
                                            "each note has its end, read back; temperatures 0, 0.5 and 1"),
                                   {.least = 1}));
  result.measures.push_back(measured("samples cut by max_tokens", cut / n));
  add_figures(result, real, made, proof.seed);
  add_overlaps(result, real, made, known);
  add_pitch_classes(result, real, made, known);
  add_novelty(result, proof, real, made);
  add_judge(result, real, made, known, proof.seed);
  result.figures.push_back({"distributions", distributions_of(proof.context.run.model_name, real, made)});
}

}  // namespace songscape
