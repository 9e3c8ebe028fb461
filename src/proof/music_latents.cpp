// Music: how much of the latent space is in use, which level of it tells what, and whether single dimensions do.
#include <algorithm>
#include <cmath>

#include "core/log.h"
#include "core/text.h"
#include "metrics/dci.h"
#include "metrics/mig.h"
#include "metrics/sap.h"
#include "nn/collapse.h"
#include "proof/latent_summary.h"
#include "proof/music_attributes.h"
#include "proof/music_parts.h"
#include "proof/told.h"
#include "report/bars.h"
#include "report/heat_map.h"
#include "stats/cross_validation.h"
#include "stats/linear_model.h"
#include "train/inference.h"

namespace songscape {
namespace {

constexpr double kLeastKl = .1, kMostKl = 1, kClaimedKl = .6, kClaimedMig = .038, kClaimedSap = .8;
constexpr size_t kMostBars = 32;
constexpr int64_t kFewestRows = 20, kFewWindows = 2000;

// A part of z that is probed by itself.
struct Part {
  std::string name;
  int64_t first = 0, size = 0;
};

// The levels of the piece, the bars' variables, and all of them where there are several.
std::vector<Part> parts_of(const LatentLayout& layout) {
  std::vector<Part> parts;
  if (layout.piece > 0)
    for (int64_t level = 0; level < layout.n_levels; ++level)
      parts.push_back(
          {layout.n_levels > 1 ? kLevelNames[level] : "piece", level * layout.level_size(), layout.level_size()});
  if (layout.per_bar > 0) parts.push_back({"bars", layout.piece, layout.size() - layout.piece});
  if (parts.size() > 1) parts.push_back({"all", 0, layout.size()});
  return parts;
}

const Part& part_with(const std::vector<Part>& parts, int64_t dimension) {
  return *std::ranges::find_if(parts, [&](const Part& p) { return dimension < p.first + p.size; });
}

Matrix columns_of(const Matrix& x, const Part& part) {
  Matrix out(x.n_rows, part.size);
  for (int64_t i = 0; i < x.n_rows; ++i)
    std::ranges::copy(x.row(i).subspan(static_cast<size_t>(part.first), static_cast<size_t>(part.size)),
                      out.row(i).begin());
  return out;
}

// How well a part tells an attribute, on songs that the probe has not seen.
struct Probe {
  Interval score;     // R², or accuracy
  double chance = 0;  // 0, or the commonest class's share
  int64_t n_rows = 0;
  double skill() const { return std::max(0.0, (score.estimate - chance) / (1 - chance)); }
};

Probe probe_number(const Matrix& x, std::span<const double> y, std::span<const int32_t> groups, uint64_t seed) {
  const std::vector<double> told = cross_validated_ridge(x, y, {.seed = seed, .group_of_row = groups});
  return {bootstrap(
              x.n_rows,
              [&](std::span<const int64_t> rows) {
                std::vector<double> truth, guess;
                for (const int64_t r : rows)
                  truth.push_back(y[static_cast<size_t>(r)]), guess.push_back(told[static_cast<size_t>(r)]);
                return r_squared(truth, guess);
              },
              {.n_resamples = 200, .seed = seed}, groups),
          0, x.n_rows};
}

Probe probe_class(const Matrix& x, const Factor& factor, std::span<const int32_t> groups, uint64_t seed) {
  const std::vector<int32_t> classes = factor_classes(factor);
  std::vector<double> counts(static_cast<size_t>(*std::ranges::max_element(classes) + 1));
  for (const int32_t c : classes) counts[static_cast<size_t>(c)] += 1;
  const std::vector<int32_t> told =
      cross_validated_classes(x, classes, std::ssize(counts), {.seed = seed, .penalty = 1e-2, .group_of_row = groups});
  std::vector<double> right;
  for (size_t i = 0; i < classes.size(); ++i) right.push_back(classes[i] == told[i] ? 1 : 0);
  return {mean_by_group(right, groups, seed), *std::ranges::max_element(counts) / static_cast<double>(classes.size()),
          x.n_rows};
}

Probe probe(const Matrix& means, const Factor& factor, std::span<const int32_t> groups, uint64_t seed) {
  const std::vector<int64_t> rows = known_rows(factor);
  Factor known{factor.name, factor.kind, {}};
  std::vector<int32_t> own_groups;
  for (const int64_t r : rows) {
    known.values.push_back(factor.values[static_cast<size_t>(r)]);
    own_groups.push_back(groups[static_cast<size_t>(r)]);
  }
  const Matrix x = select_rows(means, rows);
  return factor.kind == FactorKind::discrete ? probe_class(x, known, own_groups, seed)
                                             : probe_number(x, known.values, own_groups, seed);
}

std::string why_not(const Factor& factor) {
  if (std::string reason = why_unusable(factor); !reason.empty()) return reason;
  return std::ssize(known_rows(factor)) < kFewestRows ? "is known for fewer than 20 windows" : "";
}

struct Latents {
  const MusicProof& proof;
  Encoded encoded;
  std::vector<Part> parts;
  std::vector<Factor> factors;
};

void add_use(ProofResult& result, const Latents& l) {
  const LatentSummary use = summarise(l.encoded, l.proof.model.prior().is_standard());
  const auto d = std::ssize(use.kl);
  CollapseMonitor monitor;
  monitor.add({tensor_of(l.encoded.mean), tensor_of(l.encoded.log_var)});
  const std::vector<int64_t> active = use.active();
  Table table{{"dimension", "level", "kl", "mean_deviation", "is_active"}, {}};
  double total = 0, n_between = 0;
  for (int64_t j = 0; j < d; ++j) {
    const double kl = use.kl[static_cast<size_t>(j)];
    total += kl, n_between += kl >= kLeastKl && kl <= kMostKl;
    table.add({j, part_with(l.parts, j).name, kl, use.sd[static_cast<size_t>(j)], std::ranges::count(active, j) > 0});
  }
  const std::string n = std::to_string(d);
  result.measures.push_back(
      judged(measured("active dimensions", static_cast<double>(active.size()),
                      "of " + n + ": variance of the means above 0.01 and KL of 0.1 nats or more"),
             {.least = static_cast<double>(d)}));
  result.measures.push_back(
      judged(measured("dimensions with a KL of 0.1 to 1.0 nats", n_between / static_cast<double>(d), "share of " + n),
             {.least = 1}));
  Measure sum = measured("total KL, nats", total, "mean over held-out windows");
  if (const double least = kLeastKl * static_cast<double>(d); least > kClaimedKl) {
    sum.threshold = "about 0.6";
    sum.verdict = Verdict::refuted;
    sum.reason += "; " + n + " dimensions of 0.1 nats or more each make " + format_number(least, 3) +
                  " or more in all: both promises cannot hold";
  } else {
    sum = judged(std::move(sum), {.least = .9 * kClaimedKl, .most = 1.1 * kClaimedKl});
  }
  result.measures.push_back(std::move(sum));
  for (const Part& p : l.parts) {
    double kl = 0;
    for (int64_t j = p.first; j < p.first + p.size; ++j) kl += use.kl[static_cast<size_t>(j)];
    if (p.name != "all") result.measures.push_back(measured("KL of " + p.name + ", nats", kl));
  }
  result.measures.push_back(measured(
      "information of z about the window, nats", monitor.report().mutual_information,
      "never above ln(windows) = " + format_number(std::log(std::min<double>(512, l.encoded.mean.n_rows)), 3)));
  result.tables.push_back({"latents", std::move(table)});
}

Figure kl_figure(const Latents& l) {
  const LatentSummary use = summarise(l.encoded, l.proof.model.prior().is_standard());
  BarFigure figure{.title = l.proof.context.run.model_name + ": what each latent variable costs",
                   .caption = "KL in nats, mean over " + std::to_string(l.encoded.mean.n_rows) +
                              " held-out windows; the dashed line: 0.1, below which a variable counts as idle.",
                   .panels = {}};
  int colour = 0;
  for (const Part& p : l.parts) {
    if (p.name == "all") continue;
    std::vector<int64_t> shown;
    for (const int64_t j : use.by_kl())
      if (j >= p.first && j < p.first + p.size && shown.size() < kMostBars) shown.push_back(j);
    BarPanel panel{.title = p.name + (p.size > std::ssize(shown) ? ", the strongest " + std::to_string(kMostBars) : ""),
                   .value_label = "nats",
                   .bars = {},
                   .reference = kLeastKl,
                   .reference_text = "0.1"};
    for (const int64_t j : shown)
      panel.bars.push_back(
          {.name = "z" + std::to_string(j), .value = use.kl[static_cast<size_t>(j)], .colour = colour});
    figure.panels.push_back(std::move(panel));
    ++colour;
  }
  return draw_bars(figure);
}

Figure probes_figure(const Latents& l, const Matrix& skill, const std::vector<std::string>& rows) {
  HeatMap map{.title = l.proof.context.run.model_name + ": which latent variables tell what",
              .caption =
                  "Told by a linear probe from the posterior means of windows of songs that it has not seen: R², "
                  "or for classes accuracy above the commonest class's share, as a share of what is left to 1.",
              .row_names = rows,
              .column_names = {},
              .row_label = "",
              .column_label = "",
              .values = skill,
              .row_notes = {},
              .is_diverging = false,
              .most = 1};
  for (const Part& p : l.parts) map.column_names.push_back(p.name);
  for (const std::string& row : rows)
    for (const MusicAttribute& a : music_attributes())
      if (a.name == row) map.row_notes.push_back(a.level.empty() ? "" : "meant for " + a.level);
  return draw_heat_map(map);
}

void add_probes(ProofResult& result, const Latents& l) {
  Table table{{"attribute", "meant_for", "measure", "told_from", "windows", "score", "low", "high", "chance", "skill"},
              {}};
  std::vector<std::string> rows;
  std::vector<float> skills;
  int64_t n_meant = 0, n_held = 0;
  for (size_t a = 0; a < l.factors.size(); ++a) {
    const Factor& factor = l.factors[a];
    const MusicAttribute& attribute = music_attributes()[a];
    if (const std::string reason = why_not(factor); !reason.empty()) {
      result.measures.push_back(not_measured(factor.name + " told from z", factor.name + " " + reason));
      continue;
    }
    const bool is_class = factor.kind == FactorKind::discrete;
    rows.push_back(factor.name);
    std::string best, beside;
    double best_skill = -1, last_skill = 0;
    Probe last;
    for (const Part& part : l.parts) {
      last = probe(columns_of(l.encoded.mean, part), factor, l.proof.held_out.groups, l.proof.seed);
      last_skill = last.skill();
      skills.push_back(static_cast<float>(last_skill));
      table.add({factor.name, attribute.level, std::string(is_class ? "accuracy" : "R²"), part.name, last.n_rows,
                 last.score.estimate, last.score.low, last.score.high, last.chance, last_skill});
      beside += (beside.empty() ? "" : ", ") + part.name + " " + format_number(last.score.estimate, 2);
      const bool is_level = std::ranges::count(kLevelNames, part.name) > 0;
      if (is_level && last_skill > best_skill) best = part.name, best_skill = last_skill;
    }
    if (!attribute.level.empty() && !best.empty()) ++n_meant, n_held += best == attribute.level && best_skill > 0;
    result.measures.push_back(measured(
        factor.name + " told from z", last.score,
        (is_class ? "accuracy, chance " + format_number(last.chance, 2) : std::string("R²")) + "; from " + beside));
  }
  if (rows.empty()) return;
  if (n_meant > 0)
    result.measures.push_back(measured("attributes told best by the level meant for them",
                                       static_cast<double>(n_held) / static_cast<double>(n_meant),
                                       std::to_string(n_held) + " of " + std::to_string(n_meant) + "; chance 1/3"));
  Matrix skill(std::ssize(rows), std::ssize(l.parts));
  skill.values = skills;
  result.tables.push_back({"probes", std::move(table)});
  result.figures.push_back({"probes", probes_figure(l, skill, rows)});
}

void add_score(Table& table, const char* score, const FactorScores& scores) {
  for (const FactorScore& f : scores.factors)
    table.add({std::string(score), f.factor, f.n_rows, f.score, f.null_score, f.above_null, f.excluded});
  table.add({std::string(score), std::string("mean"), Cell(), scores.score, scores.null_score, scores.above_null,
             std::string()});
}

void add_axes(ProofResult& result, const Latents& l) {
  std::vector<Factor> numbers;
  for (const Factor& f : l.factors)
    if (f.kind == FactorKind::continuous) numbers.push_back(f);
  const ScoreOptions options{.seed = l.proof.seed};
  const Matrix& means = l.encoded.mean;
  const FactorScores mig = mutual_information_gap(means, numbers, options),
                     sap = separated_predictability(means, numbers, options);
  const std::string few =
      means.n_rows < kFewWindows ? "; only " + std::to_string(means.n_rows) + " windows, noisy" : "";
  const auto add = [&](const char* name, const FactorScores& s, double least) {
    result.measures.push_back(
        judged(measured(name, s.above_null,
                        "mean over numeric attributes, less the shuffled null " + format_number(s.null_score, 2) + few),
               {.least = least}));
  };
  add("mig", mig, kClaimedMig);
  add("sap", sap, kClaimedSap);
  const Dci d = dci(means, numbers, options);
  const auto add_dci = [&](const char* name, double value, double null) {
    result.measures.push_back(measured(name, value - null, "less the shuffled null " + format_number(null, 2)));
  };
  add_dci("dci disentanglement", d.disentanglement, d.null_disentanglement);
  add_dci("dci completeness", d.completeness, d.null_completeness);
  result.measures.push_back(measured("dci informativeness", d.informativeness, "on windows a tree had not seen"));
  Table table{{"score", "attribute", "windows", "value", "null", "above_null", "excluded"}, {}};
  add_score(table, "mig", mig);
  add_score(table, "sap", sap);
  result.tables.push_back({"axes", std::move(table)});
}

}  // namespace

void add_latents(ProofResult& result, const MusicProof& proof) {
  log_info("music: what the latent variables hold");
  const Latents l{proof, encode_rows(proof.model, *proof.held_out.source, proof.held_out.rows),
                  parts_of(proof.model.layout()), music_factors(proof.held_out.music)};
  add_use(result, l);
  result.figures.push_back({"kl", kl_figure(l)});
  add_probes(result, l);
  add_axes(result, l);
}

}  // namespace songscape
