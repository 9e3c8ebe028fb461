// Clustering comparison: the groups that a model makes by itself, or k-means on its latents, against the controls, its
// own latents under other clusterers, and other runs that were clustered on the same songs.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "metrics/adjusted_rand.h"
#include "metrics/mutual_information.h"
#include "proof/family_tree.h"
#include "proof/proofs.h"
#include "report/bars.h"
#include "run/encode.h"
#include "run/find_run.h"
#include "run/grouping.h"
#include "run/own_groups.h"

namespace songscape {
namespace {

constexpr const char* kOwnLatents = "vae latents";
const std::map<std::string, double> kClaimedAri{
    {"basic_vae", .35}, {"conv_vae", .48}, {"beta_vae", .42}, {"vade", .71}};

struct Contender {
  std::string name;
  SongGroups groups;
  bool is_control = false;
};

// Of the groups fitted on training songs where there are such, else on all.
std::vector<SongGroups> comparable(const std::vector<SongGroups>& groups) {
  const bool has_train =
      std::any_of(groups.begin(), groups.end(), [](const SongGroups& g) { return g.fitted_on == "train"; });
  std::vector<SongGroups> out;
  for (const SongGroups& g : groups)
    if (g.fitted_on == (has_train ? "train" : "all")) out.push_back(g);
  return out;
}

GroupingRequest request_for(const ProofContext& context, const fs::path& run) {
  return {.run = run,
          .library = context.library_name,
          .algorithms = {"kmeans", "ward", "gmm"},
          .k = "label",
          .label = primary_label(context.labels, ""),
          .seed = context.options.seed};
}

// Finished runs of the same songs in the runs folder that were clustered already, the best of each other model.
std::vector<Contender> other_runs(const ProofContext& context) {
  std::vector<Contender> out;
  if (context.options.runs.empty() || !fs::is_directory(context.options.runs)) return out;
  std::map<std::string, RunSummary> best;
  for (const RunSummary& r : list_runs(context.options.runs)) {
    if (r.state != "finished" || r.model == context.run.model_name || !r.best_validation_loss) continue;
    if (!fs::exists(results_folder(r.path, context.library_name) / "cluster_assignments.csv")) continue;
    auto [it, is_new] = best.try_emplace(r.model, r);
    if (!is_new && *r.best_validation_loss < *it->second.best_validation_loss) it->second = r;
  }
  for (const auto& [model, summary] : best) {
    if (open_run(summary.path).train_keys != context.run.train_keys) continue;
    for (const SongGroups& g : comparable(grouped_songs_of(request_for(context, summary.path)).groups))
      if (!g.is_control && g.features == kOwnLatents && g.algorithm == "kmeans")
        out.push_back({model + " + k-means", g, false});
  }
  return out;
}

// Language × family: what is sung, and what is played.
std::optional<SongLabel> product_label(const std::vector<SongLabel>& labels) {
  const SongLabel *a = find_label(labels, "language"), *b = find_label(labels, "family");
  if (!a || !b) return std::nullopt;
  SongLabel out{"language × family", {}, {}};
  for (const std::string& x : a->classes)
    for (const std::string& y : b->classes) out.classes.push_back(x + ", " + y);
  for (size_t i = 0; i < a->codes.size(); ++i)
    out.codes.push_back(
        a->codes[i] < 0 || b->codes[i] < 0 ? -1 : a->codes[i] * static_cast<int32_t>(b->classes.size()) + b->codes[i]);
  return out;
}

std::vector<SongLabel> labels_to_score(const ProofContext& context) {
  std::vector<SongLabel> out;
  for (const char* name : {"genre", "family", "language"})
    if (const SongLabel* label = find_label(context.labels, name)) out.push_back(*label);
  if (auto product = product_label(context.labels)) out.push_back(std::move(*product));
  if (out.empty()) out.push_back(*find_label(context.labels, primary_label(context.labels, "")));
  return out;
}

using Score = double (*)(std::span<const int32_t>, std::span<const int32_t>);

double score_at(const SongGroups& g, const SongLabel& label, std::span<const int64_t> places, Score score) {
  std::vector<int32_t> truth, clusters;
  for (const int64_t p : places) {
    const int32_t code = label.codes[static_cast<size_t>(g.songs[static_cast<size_t>(p)])];
    if (code < 0) continue;
    truth.push_back(code);
    clusters.push_back(g.clusters[static_cast<size_t>(p)]);
  }
  return score(truth, clusters);
}

BootstrapOptions halves(const ProofContext& context) {
  return {.resampling = Resampling::half_samples, .n_resamples = 400, .seed = context.options.seed};
}

Interval interval_of(const ProofContext& context, const SongGroups& g, const SongLabel& label) {
  return bootstrap(
      static_cast<int64_t>(g.songs.size()),
      [&](auto places) { return score_at(g, label, places, adjusted_rand_index); }, halves(context));
}

Measure win_over(const ProofContext& context, const std::string& name, const SongGroups& own, const SongGroups& other,
                 const SongLabel& label, Score score) {
  if (own.songs != other.songs) return not_measured(name, "the two were not judged on the same songs");
  return judged_win(
      measured(name, paired_bootstrap(
                         static_cast<int64_t>(own.songs.size()), [&](auto p) { return score_at(own, label, p, score); },
                         [&](auto p) { return score_at(other, label, p, score); }, halves(context))));
}

const SongGroups* find(const std::vector<SongGroups>& groups, const std::string& features,
                       const std::string& algorithm) {
  for (const SongGroups& g : groups)
    if (g.features == features && g.algorithm == algorithm) return &g;
  return nullptr;
}

const SongGroups* best_control(const std::vector<SongGroups>& groups, const SongLabel& label) {
  const SongGroups* best = nullptr;
  double most = -2;
  for (const SongGroups& g : groups)
    if (g.is_control)
      if (const double ari = ari_of_groups(g, label); ari > most) most = ari, best = &g;
  return best;
}

// What is promised, is promised of the first label.
void drop_verdicts(std::span<Measure> measures) {
  for (Measure& m : measures) {
    m.threshold.clear();
    m.verdict = Verdict::none;
  }
}

void add_measures(const ProofContext& context, const std::vector<SongGroups>& groups, const SongGroups& own,
                  const std::vector<Contender>& others, const SongLabel& label, ProofResult& result) {
  const SongGroups* plain = find(groups, kOwnLatents, "kmeans");
  Measure ari = measured("ari " + label.name, interval_of(context, own, label),
                         own.algorithm + ", " + std::to_string(own.k) + " groups");
  const auto claim = kClaimedAri.find(context.run.model_name);
  const bool is_claimed = label.name == "genre" && claim != kClaimedAri.end();
  result.measures.push_back(is_claimed ? judged(std::move(ari), {.least = claim->second}) : std::move(ari));
  if (plain && plain != &own) {
    const std::string than = label.name + " above own latents + k-means";
    result.measures.push_back(win_over(context, "ari " + than, own, *plain, label, adjusted_rand_index));
    result.measures.push_back(win_over(context, "nmi " + than, own, *plain, label, normalised_mutual_information));
  }
  if (const SongGroups* control = best_control(groups, label)) {
    Measure m =
        win_over(context, "ari " + label.name + " above best control", own, *control, label, adjusted_rand_index);
    m.reason = "best control: " + control->features + ", " + control->algorithm + ", " +
               format_number(ari_of_groups(*control, label), 3);
    result.measures.push_back(std::move(m));
  }
  for (const Contender& other : others) {
    const std::string than = label.name + " above " + other.name;
    result.measures.push_back(win_over(context, "ari " + than, own, other.groups, label, adjusted_rand_index));
    result.measures.push_back(
        win_over(context, "nmi " + than, own, other.groups, label, normalised_mutual_information));
  }
}

std::vector<Contender> all_contenders(const std::vector<SongGroups>& groups, const std::vector<Contender>& others) {
  std::vector<Contender> out;
  for (const SongGroups& g : groups) {
    if (!g.is_control || g.algorithm != "gmm") out.push_back({g.features + ", " + g.algorithm, g, g.is_control});
  }
  std::stable_partition(out.begin(), out.end(), [](const Contender& c) { return !c.is_control; });
  out.insert(out.begin() + std::count_if(out.begin(), out.end(), [](const Contender& c) { return !c.is_control; }),
             others.begin(), others.end());
  return out;
}

ProofResult prove_clustering(ProofContext& context) {
  log_info("clustering_comparison: grouping");
  const std::vector<SongGroups> groups = comparable(grouped_songs_of(request_for(context, context.run.folder)).groups);
  const std::vector<Contender> others = other_runs(context);
  const SongGroups* own = nullptr;
  for (const SongGroups& g : groups)
    if (!g.is_control && g.algorithm == kMixture) own = &g;
  if (!own) own = find(groups, kOwnLatents, "kmeans");
  check(own, "the latents were grouped by k-means");
  ProofResult result;
  Table table{{"groups", "control", "label", "k", "ari", "nmi"}, {}};
  BarFigure figure{.title = context.run.model_name + ": groups against labels",
                   .caption =
                       "Adjusted Rand index on songs that were not trained on. Grey: controls that no network "
                       "was trained for. No label took part in any fit.",
                   .panels = {}};
  const std::vector<Contender> contenders = all_contenders(groups, others);
  const std::vector<SongLabel> labels = labels_to_score(context);
  for (const SongLabel& label : labels) {
    const size_t first = result.measures.size();
    add_measures(context, groups, *own, others, label, result);
    if (&label != &labels.front()) drop_verdicts(std::span(result.measures).subspan(first));
    BarPanel panel{.title = label.name, .value_label = "adjusted Rand index", .bars = {}};
    for (const Contender& c : contenders) {
      const double ari = ari_of_groups(c.groups, label);
      std::vector<int64_t> places(c.groups.songs.size());
      for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<int64_t>(i);
      table.add({c.name, c.is_control, label.name, c.groups.k, ari,
                 score_at(c.groups, label, places, normalised_mutual_information)});
      panel.bars.push_back({c.name, ari, {}, {}, c.is_control ? -1 : c.groups.algorithm == kMixture ? 2 : 0});
    }
    if (figure.panels.size() < 2) figure.panels.push_back(std::move(panel));
  }
  const Matrix z = latents_of(context.run.folder, context.library_name).songs;
  const SongLabel& primary = *find_label(context.labels, primary_label(context.labels, ""));
  std::vector<int32_t> codes;
  for (const int64_t s : context.judged.songs) codes.push_back(primary.codes[static_cast<size_t>(s)]);
  add_family_measures(context, primary, codes, select_rows(z, context.judged.songs), result);
  result.tables.push_back({"", std::move(table)});
  result.figures.push_back({"", draw_bars(figure)});
  return result;
}

}  // namespace

ProofSpec clustering_comparison_proof() {
  return {"clustering_comparison", "the model's own groups against its latents + k-means, the controls and other runs",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_library(c)) return reason;
            if (!has_latents(c.run)) return "the model has no latent variables";
            if (c.labels.empty()) return "the library has no label column of two classes or more";
            const SongLabel* label = find_label(c.labels, primary_label(c.labels, ""));
            if (std::min(c.train.songs.size(), c.judged.songs.size()) < label->classes.size())
              return "fewer songs than clusters: " + std::to_string(c.judged.songs.size()) + " songs, " +
                     std::to_string(label->classes.size()) + " classes of " + label->name;
            return std::nullopt;
          },
          prove_clustering};
}

}  // namespace songscape
