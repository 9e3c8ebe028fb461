#include "study/ablation_summary.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/text.h"
#include "stats/bootstrap.h"

namespace songscape {
namespace {

struct DocumentedSweep {
  const char *key, *column;
  std::vector<std::string> figures;
};

const std::vector<std::string> kClusteringFigures = {"silhouette", "davies_bouldin", "calinski_harabasz", "ari",
                                                     "nmi",        "purity",         "train_time_sec"};

const DocumentedSweep* documented(const std::string& key) {
  static const std::vector<DocumentedSweep> all = {
      {"latent_dim", "latent_dim", kClusteringFigures},
      {"hidden_dim", "hidden_dim", kClusteringFigures},
      {"train.lr",
       "learning_rate",
       {"silhouette", "davies_bouldin", "final_loss", "converged_epoch", "train_time_sec"}},
      {"loss.beta",
       "beta",
       {"silhouette", "davies_bouldin", "kl_divergence", "reconstruction_loss", "disentanglement_score"}},
      {"train.batch", "batch_size", {"silhouette", "train_time_sec", "memory_mb", "convergence_stability"}},
      {kArchitecture, "architecture", {"silhouette", "ari", "train_time_sec", "n_parameters"}}};
  const auto it = std::ranges::find(all, key, [](const DocumentedSweep& s) { return std::string(s.key); });
  return it == all.end() ? nullptr : &*it;
}

FigureSummary summary_of(const std::vector<double>& values) {
  const Interval interval = mean_interval(values);
  FigureSummary s{.mean = interval.estimate, .sd = std::nan(""), .low = interval.low, .high = interval.high};
  s.n = static_cast<int64_t>(values.size());
  double squares = 0;
  for (const double v : values) squares += (v - s.mean) * (v - s.mean);
  if (s.n > 1) s.sd = std::sqrt(squares / static_cast<double>(s.n - 1));
  return s;
}

std::vector<const TrialRecord*> records_of(const std::vector<TrialRecord>& trials,
                                           const std::set<std::string>& hashes) {
  std::vector<const TrialRecord*> found;
  for (const TrialRecord& r : trials)
    if (hashes.contains(r.trial.setting.hash)) found.push_back(&r);
  return found;
}

SweepSummary sweep_of(const AblationPlan& plan, const Sweep& sweep, const AblationRecords& records) {
  const DocumentedSweep* form = documented(sweep.key);
  SweepSummary s{.key = sweep.key,
                 .column = form ? form->column : sweep.key,
                 .figures = form ? form->figures : kClusteringFigures,
                 .rows = {}};
  for (SweepPoint& point : plan.points(sweep)) {
    std::set<std::string> hashes;
    for (const size_t i : point.settings) hashes.insert(records.compared[i].hash);
    s.rows.push_back({std::move(point.value), summarise(records_of(records.trials, hashes))});
  }
  s.is_numeric = std::ranges::all_of(s.rows, [](const SweepRow& r) {
    return std::holds_alternative<int64_t>(r.value) || std::holds_alternative<double>(r.value);
  });
  if (s.is_numeric)
    std::ranges::stable_sort(s.rows, {}, [](const SweepRow& r) { return *parse_number(show_value(r.value)); });
  return s;
}

std::vector<SettingSummary> settings_of(const std::vector<Setting>& settings, const std::vector<TrialRecord>& trials) {
  std::vector<SettingSummary> all;
  for (const Setting& s : settings) all.push_back({s, summarise(records_of(trials, {s.hash}))});
  return all;
}

std::optional<size_t> best_of(const std::vector<SettingSummary>& settings, const std::string& figure) {
  const bool less_is_better = figure_kind(figure).better == FigureKind::Better::less;
  std::optional<size_t> best;
  double best_mean = 0;
  for (size_t i = 0; i < settings.size(); ++i)
    if (const FigureSummary* f = settings[i].group.find(figure))
      if (!best || (less_is_better ? f->mean < best_mean : f->mean > best_mean)) best = i, best_mean = f->mean;
  return best;
}

int level_of(std::vector<std::string>& levels, const Setting& setting, const std::string& key) {
  const auto it = setting.swept.find(key);
  const std::string value = it == setting.swept.end() ? "" : format_value(it->second);
  const auto found = std::ranges::find(levels, value);
  if (found != levels.end()) return static_cast<int>(found - levels.begin());
  levels.push_back(value);
  return static_cast<int>(levels.size()) - 1;
}

// The finished trials of these settings that have the figure, as a design over `keys`.
EffectDesign design_of(const std::vector<const TrialRecord*>& records, const std::vector<std::string>& keys,
                       const std::string& figure) {
  EffectDesign design{keys, {}, {}};
  std::vector<std::vector<std::string>> levels(keys.size());
  for (const TrialRecord* r : records) {
    const auto it = r->figures.find(figure);
    if (r->state != TrialState::finished || it == r->figures.end() || !std::isfinite(it->second)) continue;
    design.values.push_back(it->second);
    design.levels.emplace_back();
    for (size_t k = 0; k < keys.size(); ++k)
      design.levels.back().push_back(level_of(levels[k], r->trial.setting, keys[k]));
  }
  return design;
}

void add_effects(AblationSummary& summary, const std::vector<const TrialRecord*>& records,
                 const std::vector<std::string>& keys, bool with_pairs) {
  for (const std::string& figure : headline_figures(summary)) {
    const EffectDesign design = design_of(records, keys, figure);
    if (design.values.size() < 2) continue;
    for (Effect& e : effects_of(design, with_pairs)) {
      const std::string other = e.keys.size() > 1 ? keys[e.keys[1]] : "", key = keys[e.keys[0]];
      summary.effects.push_back({figure, key, other, std::move(e)});
    }
    summary.effects.push_back(
        {figure, "seeds", "", {.keys = {}, .share = seed_share(design), .f_ratio = std::nan("")}});
  }
}

void add_pairs(AblationSummary& summary, const AblationPlan& plan, const AblationRecords& records) {
  const auto& sweeps = plan.sweeps();
  std::vector<std::vector<SweepPoint>> points;
  for (const Sweep& s : sweeps) points.push_back(plan.points(s));
  for (size_t a = 0; a < sweeps.size(); ++a)
    for (size_t b = a + 1; b < sweeps.size(); ++b)
      for (const SweepPoint& p : points[a])
        for (const SweepPoint& q : points[b]) {
          std::set<std::string> hashes;
          for (const size_t i : p.settings)
            if (std::ranges::find(q.settings, i) != q.settings.end()) hashes.insert(records.compared[i].hash);
          if (!hashes.empty())
            summary.pairs.push_back(
                {sweeps[a].key, sweeps[b].key, p.value, q.value, summarise(records_of(records.trials, hashes))});
        }
}

std::set<std::string> hashes_of(const std::vector<Setting>& settings) {
  std::set<std::string> hashes;
  for (const Setting& s : settings) hashes.insert(s.hash);
  return hashes;
}

// Each sweep's own trials, where keys were varied one at a time.
void add_effects_of_each(AblationSummary& summary, const AblationPlan& plan, const AblationRecords& records) {
  for (const Sweep& sweep : plan.sweeps()) {
    std::set<std::string> hashes;
    for (const SweepPoint& p : plan.points(sweep))
      for (const size_t i : p.settings) hashes.insert(records.compared[i].hash);
    add_effects(summary, records_of(records.trials, hashes), {sweep.key}, false);
  }
}

}  // namespace

const FigureSummary* TrialGroup::find(const std::string& figure) const {
  const auto it = figures.find(figure);
  return it == figures.end() ? nullptr : &it->second;
}

TrialGroup summarise(const std::vector<const TrialRecord*>& records) {
  TrialGroup group;
  std::map<std::string, std::vector<double>> values;
  for (const TrialRecord* r : records) {
    group.n_failed += r->state == TrialState::failed;
    group.n_not_started += r->state == TrialState::not_started;
    group.n_finished += r->state == TrialState::finished;
    if (r->state == TrialState::finished)
      for (const auto& [figure, value] : r->figures)
        if (std::isfinite(value)) values[figure].push_back(value);
  }
  for (const auto& [figure, all] : values) group.figures[figure] = summary_of(all);
  return group;
}

std::string SweepSummary::file_name() const {
  std::string name = column;
  std::ranges::replace_if(
      name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)) && c != '_'; }, '_');
  return name + "_sweep";
}

AblationSummary summarise_ablation(const AblationRequest& request, const AblationPlan& plan,
                                   const AblationRecords& records) {
  AblationSummary s;
  for (const Sweep& sweep : plan.sweeps()) s.sweeps.push_back(sweep_of(plan, sweep, records));
  s.settings = settings_of(records.compared, records.trials);
  s.finalists = settings_of(records.finalists, records.trials);
  s.has_pairs = request.search != AblationSearch::each && plan.sweeps().size() > 1;
  s.criterion = best_of(s.finalists, "negative_elbo") ? "negative_elbo" : "final_loss";
  s.best = best_of(s.finalists, s.criterion);
  s.best_by_silhouette = best_of(s.finalists, "train_silhouette");
  if (request.search == AblationSearch::each) {
    add_effects_of_each(s, plan, records);
    return s;
  }
  std::vector<std::string> keys;
  for (const Sweep& sweep : plan.sweeps()) keys.push_back(sweep.key);
  add_effects(s, records_of(records.trials, hashes_of(records.compared)), keys, s.has_pairs);
  if (s.has_pairs) add_pairs(s, plan, records);
  return s;
}

std::vector<std::string> headline_figures(const AblationSummary& summary) {
  std::vector<std::string> figures;
  for (const char* f : {"silhouette", "ari", "negative_elbo", "reconstruction_loss", "disentanglement_score"})
    if (std::ranges::any_of(summary.settings, [&](const SettingSummary& s) { return s.group.find(f); }))
      figures.emplace_back(f);
  return figures;
}

double seed_noise(const FigureSummary& a, const FigureSummary& b) {
  if (a.n < 2 || b.n < 2) return std::nan("");
  const double na = static_cast<double>(a.n), nb = static_cast<double>(b.n);
  const double va = a.sd * a.sd / na, vb = b.sd * b.sd / nb;
  if (va + vb == 0) return 0;
  const double degrees = (va + vb) * (va + vb) / (va * va / (na - 1) + vb * vb / (nb - 1));
  return student_quantile(static_cast<size_t>(std::max(1.0, std::floor(degrees)))) * std::sqrt(va + vb);
}

bool differ(const FigureSummary& a, const FigureSummary& b) { return std::abs(a.mean - b.mean) > seed_noise(a, b); }

std::string show(const FigureSummary& s) {
  return format_number(s.mean, 3) + (std::isnan(s.sd) ? "" : " ± " + format_number(s.sd, 2));
}

}  // namespace songscape
