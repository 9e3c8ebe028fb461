// Music: what moves in decoded pieces when their latent variables are moved, one by one, from window to window, and
// along the direction of an attribute.
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/log.h"
#include "core/text.h"
#include "create/direction.h"
#include "metrics/leakage.h"
#include "midi/note_match.h"
#include "proof/latent_summary.h"
#include "proof/music_attributes.h"
#include "proof/music_parts.h"
#include "proof/music_rebuild.h"
#include "proof/told.h"
#include "report/curves.h"
#include "report/heat_map.h"
#include "train/inference.h"

namespace songscape {
namespace {

constexpr int64_t kSteps = 7, kStrongest = 8, kBaseWindows = 4;
constexpr double kReach = 3;  // standard deviations to either side
constexpr int64_t kPairs = 8, kPoints = 9;
constexpr int64_t kGuidedWindows = 8, kMostToFit = 1000;
constexpr const char* kGuided[] = {"density", "register", "tempo"};

double step_at(int64_t s) { return -kReach + 2 * kReach * static_cast<double>(s) / (kSteps - 1); }

// The numbers among the attributes, those that differ over the windows.
struct Measured {
  std::vector<size_t> places;  // in music_attributes()
  std::vector<std::string> names;
  std::vector<double> spread;  // deviation over held-out windows
};

Measured measured_attributes(std::span<const GridSong> music) {
  Measured measured;
  const std::vector<Factor> factors = music_factors(music);
  for (size_t a = 0; a < factors.size(); ++a) {
    if (factors[a].kind == FactorKind::discrete || !why_unusable(factors[a]).empty()) continue;
    double n = 0, sum = 0, squares = 0;
    for (const double v : factors[a].values)
      if (std::isfinite(v)) n += 1, sum += v, squares += v * v;
    const double variance = squares / n - sum / n * (sum / n);
    if (variance <= 1e-12) continue;
    measured.places.push_back(a);
    measured.names.push_back(factors[a].name);
    measured.spread.push_back(std::sqrt(variance));
  }
  return measured;
}

struct Space {
  const MusicProof& proof;
  Encoded encoded;  // of the held-out windows
  LatentSummary use;
  Measured attributes;
  int64_t n_windows() const { return encoded.mean.n_rows; }
  int64_t bars_of(int64_t window) const { return std::ssize(proof.held_out.music[static_cast<size_t>(window)].bars); }
};

// A row of attributes for each of z's rows, in the order of `attributes`.
struct Decoded {
  std::vector<GridSong> music;
  std::vector<std::vector<double>> values;
};
Decoded decoded(const Space& space, const Matrix& z, const std::vector<int64_t>& n_bars) {
  Decoded out{.music = decoded_music(space.proof.model, tensor_of(z), n_bars), .values = {}};
  for (const GridSong& song : out.music) {
    const std::vector<double> all = attribute_values(song);
    std::vector<double>& own = out.values.emplace_back();
    for (const size_t a : space.attributes.places) own.push_back(all[a]);
  }
  return out;
}

void move(std::span<float> z, std::span<const double> along, double steps) {
  for (size_t j = 0; j < z.size(); ++j) z[j] += static_cast<float>(steps * along[j]);
}

// --- One variable at a time ---

MeasuredTraversal traverse(const Space& space, const std::vector<int64_t>& dimensions, int64_t n_base) {
  MeasuredTraversal t{.attributes = space.attributes.names,
                      .spread = space.attributes.spread,
                      .steps = {},
                      .dimensions = {},
                      .n_songs = n_base,
                      .values = {}};
  for (int64_t s = 0; s < kSteps; ++s) t.steps.push_back(step_at(s));
  for (const int64_t d : dimensions) t.dimensions.push_back("z" + std::to_string(d));
  const auto n_dimensions = std::ssize(dimensions);
  Matrix z(n_base * n_dimensions * kSteps, space.encoded.mean.n_cols);
  std::vector<int64_t> n_bars;
  for (int64_t r = 0; r < z.n_rows; ++r) {
    const int64_t base = r / (n_dimensions * kSteps);
    const auto d = static_cast<size_t>(dimensions[static_cast<size_t>(r / kSteps % n_dimensions)]);
    std::ranges::copy(space.encoded.mean.row(base), z.row(r).begin());
    z.row(r)[d] = static_cast<float>(space.use.mean[d] + step_at(r % kSteps) * space.use.sd[d]);
    n_bars.push_back(space.bars_of(base));
  }
  for (const auto& row : decoded(space, z, n_bars).values) t.values.insert(t.values.end(), row.begin(), row.end());
  return t;
}

void add_traversal(ProofResult& result, const Space& space) {
  std::vector<int64_t> dimensions = space.use.by_kl();
  dimensions.resize(std::min<size_t>(dimensions.size(), kStrongest));
  const MeasuredTraversal t = traverse(space, dimensions, std::min(space.n_windows(), kBaseWindows));
  const Leakage leaks = leakage(t, {.seed = space.proof.seed});
  double share = 0, n_named = 0;
  for (const AxisName& axis : leaks.axes) {
    result.measures.push_back(measured(axis.dimension + " moves " + axis.attribute, {axis.effect, axis.low, axis.high},
                                       "spreads of the attribute a standard deviation of z; share " +
                                           format_number(axis.share, 2) + " of all it moves, confidence " +
                                           format_number(axis.confidence, 2)));
    if (axis.attribute != "nothing") share += axis.share, n_named += 1;
  }
  result.measures.push_back(n_named == 0
                                ? not_measured("share of the attribute moved most", "no variable moves anything")
                                : measured("share of the attribute moved most", share / n_named,
                                           "mean over " + format_number(n_named) + " variables that move something"));
  HeatMap map{.title = space.proof.context.run.model_name + ": what each latent variable moves",
              .caption = "Slopes on " + std::to_string(t.n_songs) +
                         " held-out windows decoded with one variable set to −3 to 3 deviations, in deviations of the "
                         "attribute over held-out windows for one of the variable.",
              .row_names = t.dimensions,
              .column_names = t.attributes,
              .row_label = "",
              .column_label = "",
              .values = leaks.effect,
              .row_notes = {},
              .most = .2};
  for (const float v : leaks.effect.values)
    if (std::isfinite(v)) map.most = std::max(map.most, static_cast<double>(std::abs(v)));
  for (const AxisName& axis : leaks.axes)
    map.row_notes.push_back(axis.attribute + ", confidence " + format_number(axis.confidence, 2));
  result.figures.push_back({"traversal", draw_heat_map(map)});
  Table table{{"window", "dimension", "step", "attribute", "value"}, {}};
  for (int64_t w = 0; w < t.n_songs; ++w)
    for (size_t d = 0; d < t.dimensions.size(); ++d)
      for (size_t s = 0; s < t.steps.size(); ++s)
        for (size_t a = 0; a < t.attributes.size(); ++a) {
          const double v = t.at(w, static_cast<int64_t>(d), static_cast<int64_t>(s), static_cast<int64_t>(a));
          table.add({w, t.dimensions[d], t.steps[s], t.attributes[a], std::isfinite(v) ? Cell(v) : Cell()});
        }
  result.tables.push_back({"traversal", std::move(table)});
}

// --- From window to window ---

// The largest step between neighbours as a share of the whole way between least and most: 1 / steps where they are
// even, 1 where all changes at once; NaN where nothing changes.
double largest_step(const std::vector<double>& values) {
  double largest = 0, low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) return std::nan("");
    low = std::min(low, values[i]), high = std::max(high, values[i]);
    if (i > 0) largest = std::max(largest, std::abs(values[i] - values[i - 1]));
  }
  return high > low ? largest / (high - low) : std::nan("");
}

double overlap(const GridSong& a, const GridSong& b) {
  return match_notes(a, b, {.tolerance = kNearOnset, .by_program = true}).f1;
}

void add_interpolation(ProofResult& result, const Space& space) {
  const int64_t n_pairs = std::min(kPairs, space.n_windows() / 2);
  if (n_pairs == 0) {
    result.measures.push_back(not_measured("note overlap of neighbours along a line", "fewer than two windows"));
    return;
  }
  Matrix z(n_pairs * kPoints, space.encoded.mean.n_cols);
  std::vector<int64_t> n_bars;
  for (int64_t r = 0; r < z.n_rows; ++r) {
    const int64_t from = 2 * (r / kPoints);
    const auto share = static_cast<float>(r % kPoints) / (kPoints - 1);
    for (int64_t j = 0; j < z.n_cols; ++j)
      z(r, j) = (1 - share) * space.encoded.mean(from, j) + share * space.encoded.mean(from + 1, j);
    n_bars.push_back(std::max(space.bars_of(from), space.bars_of(from + 1)));
  }
  const Decoded all = decoded(space, z, n_bars);
  std::vector<double> neighbours, ends;
  std::vector<int32_t> pairs;
  std::vector<std::vector<double>> jumps(space.attributes.names.size());
  Table table{{"pair", "point", "note_overlap_with_the_one_before"}, {}};
  for (const std::string& name : space.attributes.names) table.columns.push_back(name);
  for (int64_t p = 0; p < n_pairs; ++p) {
    const auto at = [&](int64_t point) { return static_cast<size_t>(p * kPoints + point); };
    double sum = 0;
    for (int64_t i = 0; i < kPoints; ++i) {
      const double with_last = i > 0 ? overlap(all.music[at(i - 1)], all.music[at(i)]) : std::nan("");
      if (i > 0) sum += with_last / (kPoints - 1);
      std::vector<Cell> row{p, i, i > 0 ? Cell(with_last) : Cell()};
      for (const double v : all.values[at(i)]) row.push_back(std::isfinite(v) ? Cell(v) : Cell());
      table.add(std::move(row));
    }
    neighbours.push_back(sum);
    ends.push_back(overlap(all.music[at(0)], all.music[at(kPoints - 1)]));
    pairs.push_back(static_cast<int32_t>(p));
    for (size_t a = 0; a < jumps.size(); ++a) {
      std::vector<double> along;
      for (int64_t i = 0; i < kPoints; ++i) along.push_back(all.values[at(i)][a]);
      jumps[a].push_back(largest_step(along));
    }
  }
  const uint64_t seed = space.proof.seed;
  result.measures.push_back(measured("note overlap of neighbours along a line", mean_by_group(neighbours, pairs, seed),
                                     "F1 of notes between each of 9 pieces and the next, from one held-out window to "
                                     "another; both ends " +
                                         interval_text(mean_by_group(ends, pairs, seed))));
  for (size_t a = 0; a < jumps.size(); ++a)
    if (const Interval i = mean_by_group(jumps[a], pairs, seed); std::isfinite(i.estimate))
      result.measures.push_back(measured("largest step of " + space.attributes.names[a] + " along a line", i,
                                         "share of its whole way; 0.125 is even, 1 all at once"));
  result.tables.push_back({"interpolation", std::move(table)});
}

// --- Along an attribute ---

std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<double> ranks;
  for (const double v : values) {
    double below = 0, equal = 0;
    for (const double w : values) below += w < v, equal += w == v;
    ranks.push_back(below + (equal - 1) / 2);
  }
  return ranks;
}

// Spearman's: the correlation of ranks; 0 where either does not move, NaN where a value is unknown.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> p = ranks_of(a), q = ranks_of(b);
  const double mean = static_cast<double>(p.size() - 1) / 2;
  double pq = 0, pp = 0, qq = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return std::nan("");
    pq += (p[i] - mean) * (q[i] - mean), pp += (p[i] - mean) * (p[i] - mean), qq += (q[i] - mean) * (q[i] - mean);
  }
  return pp > 0 && qq > 0 ? pq / std::sqrt(pp * qq) : 0;
}

// The windows that directions are fitted on: of the training songs, or where they are not at hand those that are held
// out.
struct ToFit {
  Encoded encoded;
  std::vector<Factor> factors;
  std::vector<int32_t> groups;
};
ToFit windows_to_fit(const MusicProof& proof) {
  const MusicWindows& from = proof.trained_on.rows.empty() ? proof.held_out : proof.trained_on;
  const auto n = static_cast<size_t>(std::min(std::ssize(from.rows), kMostToFit));
  return {encode_rows(proof.model, *from.source, std::span(from.rows).first(n)),
          music_factors(std::span(from.music).first(n)),
          {from.groups.begin(), from.groups.begin() + static_cast<ptrdiff_t>(n)}};
}

LinePanel guided_panel(const std::string& name, const std::vector<std::vector<double>>& paths) {
  LinePanel panel{.title = name,
                  .x_label = "deviations along the direction",
                  .y_label = name,
                  .lines = {},
                  .y_scale = AxisScale::linear};
  for (size_t w = 0; w < paths.size(); ++w) {
    Line line{.name = "window " + std::to_string(w + 1), .x = {}, .y = paths[w]};
    for (int64_t s = 0; s < kSteps; ++s) line.x.push_back(step_at(s));
    panel.lines.push_back(std::move(line));
  }
  return panel;
}

void add_guided(ProofResult& result, const Space& space) {
  const ToFit fit = windows_to_fit(space.proof);
  const int64_t n = std::min(space.n_windows(), kGuidedWindows);
  LineFigure figure{.title = space.proof.context.run.model_name + ": held-out windows moved along an attribute",
                    .caption =
                        "Each line: one window, decoded with its latent variables moved along the direction in "
                        "which the attribute grows over training windows.",
                    .panels = {},
                    .n_columns = 3};
  for (const char* name : kGuided) {
    const std::string title = std::string(name) + " follows its direction";
    const auto place = std::ranges::find(space.attributes.names, name) - space.attributes.names.begin();
    const auto factor = std::ranges::find(fit.factors, name, &Factor::name);
    if (place == std::ssize(space.attributes.names) || !why_unusable(*factor).empty() ||
        known_rows(*factor).size() < 10) {
      result.measures.push_back(not_measured(title, std::string(name) + " does not differ enough over the windows"));
      continue;
    }
    const Direction direction =
        fit_direction(fit.encoded.mean, {.name = name, .origin = "measured", .values = factor->values}, fit.groups);
    Matrix z(n * kSteps, space.encoded.mean.n_cols);
    std::vector<int64_t> n_bars;
    for (int64_t r = 0; r < z.n_rows; ++r) {
      std::ranges::copy(space.encoded.mean.row(r / kSteps), z.row(r).begin());
      move(z.row(r), direction.step, step_at(r % kSteps));
      n_bars.push_back(space.bars_of(r / kSteps));
    }
    const Decoded all = decoded(space, z, n_bars);
    std::vector<std::vector<double>> paths(static_cast<size_t>(n));
    std::vector<double> steps, correlations, moved;
    std::vector<int32_t> windows;
    for (int64_t s = 0; s < kSteps; ++s) steps.push_back(step_at(s));
    for (int64_t w = 0; w < n; ++w) {
      auto& path = paths[static_cast<size_t>(w)];
      for (int64_t s = 0; s < kSteps; ++s)
        path.push_back(all.values[static_cast<size_t>(w * kSteps + s)][static_cast<size_t>(place)]);
      correlations.push_back(rank_correlation(steps, path));
      moved.push_back((path.back() - path.front()) / space.attributes.spread[static_cast<size_t>(place)]);
      windows.push_back(static_cast<int32_t>(w));
    }
    result.measures.push_back(
        measured(title, mean_by_group(correlations, windows, space.proof.seed),
                 "rank correlation of −3 to 3 deviations with what is decoded; from end to end it moves " +
                     interval_text(mean_by_group(moved, windows, space.proof.seed)) +
                     " of its spreads; z tells it with R² " + format_number(direction.effect, 2)));
    figure.panels.push_back(guided_panel(name, paths));
  }
  if (!figure.panels.empty()) result.figures.push_back({"guided", draw_lines(figure)});
}

}  // namespace

void add_moves(ProofResult& result, const MusicProof& proof) {
  log_info("music: what its latent variables move");
  Encoded encoded = encode_rows(proof.model, *proof.held_out.source, proof.held_out.rows);
  LatentSummary use = summarise(encoded, proof.model.prior().is_standard());
  const Space space{proof, std::move(encoded), std::move(use), measured_attributes(proof.held_out.music)};
  if (space.attributes.names.empty()) {
    result.measures.push_back(not_measured("what latent variables move", "no attribute differs over the windows"));
    return;
  }
  add_traversal(result, space);
  add_interpolation(result, space);
  add_guided(result, space);
}

}  // namespace songscape
