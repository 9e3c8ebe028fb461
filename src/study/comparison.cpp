#include "study/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/text.h"
#include "metrics/clustering_scores.h"

namespace songscape {

namespace figure {
std::string inferred_accuracy(const std::string& label) { return "inferred accuracy|" + label; }
std::string of_groups(const std::string& measure, const std::string& label, const std::string& algorithm,
                      const std::string& fitted_on) {
  return measure + "|" + label + "|" + algorithm + "|" + fitted_on;
}
}  // namespace figure

namespace {

constexpr int kResamples = 1000;

double mean_of(const std::vector<double>& values) {
  double sum = 0, n = 0;
  for (const double v : values)
    if (!std::isnan(v)) sum += v, ++n;
  return n > 0 ? sum / n : std::nan("");
}

double mean_at(const std::vector<double>& values, std::span<const int64_t> rows) {
  double sum = 0, n = 0;
  for (const int64_t r : rows)
    if (const double v = values[static_cast<size_t>(r)]; !std::isnan(v)) sum += v, ++n;
  return n > 0 ? sum / n : std::nan("");
}

Estimate estimate_of(const Interval& i, int64_t n_seeds, int64_t n_songs) {
  return {i.estimate, i.low, i.high, n_seeds, n_songs};
}

const SongLabel* label_of(const std::vector<SongLabel>& labels, const std::string& name) {
  return find_label(labels, name);
}

std::string form_of(const RunFacts& facts) { return facts.model + " " + facts.size + " " + facts.form; }

std::string without_seed(const RunFacts& facts) {
  std::string key = form_of(facts) + " " + facts.condition;
  for (const auto& [name, value] : facts.settings) key += " " + name + "=" + value;
  return key;
}

// What tells a variant from the others of its model and size; a form stands for all that it sets.
std::string name_of(const StudyRun& run, const std::vector<std::string>& differing) {
  std::vector<std::string> parts;
  if (!run.facts.is_documented()) parts.push_back(run.facts.form);
  if (!run.facts.condition.empty()) parts.push_back(run.facts.condition);
  for (const std::string& key : differing) {
    if (key == "n_classes") continue;
    const auto it = run.facts.settings.find(key);
    parts.push_back(key + " " + (it == run.facts.settings.end() ? "–" : it->second));
  }
  return run.facts.model + (parts.empty() ? "" : " (" + join(parts, ", ") + ")");
}

class Estimator {
 public:
  Estimator(Comparison& comparison, uint64_t seed) : c_(comparison), seed_(seed) {}

  void run() {
    for (Variant& v : c_.variants) {
      estimate_runs(v);
      estimate_songs(v, figure::kMse, [](const StudyRun& r) { return r.reconstruction.mse; });
      estimate_songs(v, figure::kEdgeEnergy, [](const StudyRun& r) { return r.reconstruction.edge_energy; });
      estimate_songs(v, figure::kOnset, [](const StudyRun& r) { return r.reconstruction.onset_correlation; });
      if (v.is_supervised())
        estimate_songs(v, figure::inferred_accuracy(v.condition), [](const StudyRun& r) { return r.inferred_right; });
      for (const SongLabel& label : c_.labels) estimate_groups(v, label);
    }
    if (const SongLabel* label = label_of(c_.labels, c_.label); label && !c_.runs.empty()) estimate_controls(*label);
  }

 private:
  const StudyRun& run_of(const Variant& v, int64_t i) const { return c_.runs[v.runs[static_cast<size_t>(i)]]; }

  void estimate_runs(Variant& v) {
    std::map<std::string, std::vector<double>> values;
    for (const size_t r : v.runs)
      for (const auto& [name, value] : figures_of(c_.runs[r], c_.labels)) values[name].push_back(value);
    for (const auto& [key, of_runs] : values)
      v.figures[key] = estimate_of(mean_interval(of_runs), static_cast<int64_t>(of_runs.size()), 0);
  }

  template <class Values>
  void estimate_songs(Variant& v, const std::string& name, const Values& values_of) {
    std::vector<std::vector<double>> values;
    for (const size_t r : v.runs) values.push_back(values_of(c_.runs[r]));
    const size_t n = values.front().size();
    if (n == 0 || std::any_of(values.begin(), values.end(), [&](const auto& x) { return x.size() != n; })) return;
    const RunFigure f{static_cast<int64_t>(values.size()), [&](int64_t run, std::span<const int64_t> rows) {
                        return mean_at(values[static_cast<size_t>(run)], rows);
                      }};
    v.figures[name] =
        estimate_of(bootstrap_over_runs(static_cast<int64_t>(n), f, {.n_resamples = kResamples, .seed = seed_}),
                    f.n_runs, static_cast<int64_t>(n));
  }

  // The variant's groups of one kind, a run each; empty where a run lacks them.
  std::vector<const SongGroups*> groups_of(const Variant& v, const SongGroups& like) const {
    std::vector<const SongGroups*> found;
    for (const size_t r : v.runs) {
      const SongGroups* g = c_.runs[r].find_groups(like.features, like.algorithm, like.fitted_on);
      if (!g || g->songs != like.songs) return {};
      found.push_back(g);
    }
    return found;
  }

  RunFigure ari_figure(const std::vector<const SongGroups*>& groups, const SongLabel& label) const {
    return {static_cast<int64_t>(groups.size()), [groups, &label](int64_t run, std::span<const int64_t> rows) {
              return ari_of_groups(*groups[static_cast<size_t>(run)], label, rows);
            }};
  }

  Estimate ari_estimate(const std::vector<const SongGroups*>& groups, const SongLabel& label) const {
    const auto n = static_cast<int64_t>(groups.front()->songs.size());
    return estimate_of(bootstrap_over_runs(n, ari_figure(groups, label), half_samples()),
                       static_cast<int64_t>(groups.size()), n);
  }

  BootstrapOptions half_samples() const {
    return {.resampling = Resampling::half_samples, .n_resamples = kResamples, .seed = seed_};
  }

  void estimate_groups(Variant& v, const SongLabel& label) {
    for (const SongGroups& g : run_of(v, 0).groups.groups) {
      if (g.is_control || g.songs.empty()) continue;
      const auto own = groups_of(v, g);
      if (own.empty()) continue;
      v.figures[figure::of_groups("ari", label.name, g.algorithm, g.fitted_on)] = ari_estimate(own, label);
      if (g.algorithm != kInferred && label.name == c_.label) compare_with_controls(v, own, label);
    }
  }

  void compare_with_controls(Variant& v, const std::vector<const SongGroups*>& own, const SongLabel& label) {
    const SongGroups& like = *own.front();
    std::vector<const SongGroups*> best;
    double best_ari = -1;
    for (const SongGroups& g : run_of(v, 0).groups.groups) {
      if (!g.is_control || g.fitted_on != like.fitted_on || g.songs != like.songs) continue;
      if (g.algorithm != like.algorithm && like.algorithm != kMixture) continue;
      const auto control = groups_of(v, g);
      if (control.empty()) continue;
      double mean = 0;
      for (const SongGroups* c : control) mean += ari_of_groups(*c, label) / static_cast<double>(control.size());
      if (mean > best_ari) best = control, best_ari = mean;
    }
    if (best.empty()) return;
    const RunFigure a = ari_figure(own, label), b = ari_figure(best, label);
    const RunFigure difference{a.n_runs, [&](int64_t run, std::span<const int64_t> rows) {
                                 return a.statistic(run, rows) - b.statistic(run, rows);
                               }};
    const auto n = static_cast<int64_t>(like.songs.size());
    v.wins.push_back({label.name, like.algorithm, like.fitted_on, best.front()->features, best.front()->algorithm,
                      ari_estimate(own, label), ari_estimate(best, label),
                      estimate_of(bootstrap_over_runs(n, difference, half_samples()), a.n_runs, n)});
  }

  // Of the first run: all but the random encoder are the same for every run of one split and latent size.
  void estimate_controls(const SongLabel& label) {
    const auto it =
        std::find_if(c_.runs.begin(), c_.runs.end(), [](const auto& r) { return !r.groups.groups.empty(); });
    if (it == c_.runs.end()) return;
    for (const SongGroups& g : it->groups.groups)
      if (g.is_control)
        c_.controls.push_back({g.features, g.algorithm, g.fitted_on, label.name, ari_estimate({&g}, label)});
  }

  Comparison& c_;
  uint64_t seed_;
};

}  // namespace

const Estimate* Variant::find(const std::string& key) const {
  const auto it = figures.find(key);
  return it == figures.end() || std::isnan(it->second.value) ? nullptr : &it->second;
}

std::vector<std::string> differing_settings(const std::vector<const RunFacts*>& runs) {
  std::map<std::string, std::set<std::string>> values;
  for (const RunFacts* r : runs)
    for (const auto& [key, value] : r->settings) values[key].insert(value);
  std::vector<std::string> differing;
  for (const auto& [key, of_runs] : values)
    if (of_runs.size() > 1) differing.push_back(key);
  return differing;
}

std::vector<Variant> find_variants(const std::vector<StudyRun>& runs) {
  std::map<std::string, std::vector<size_t>> by_key, by_form;
  std::vector<std::string> keys;
  std::set<std::string> sizes;
  for (size_t r = 0; r < runs.size(); ++r) {
    sizes.insert(runs[r].facts.size);
    const std::string key = without_seed(runs[r].facts);
    if (!by_key.contains(key)) keys.push_back(key);
    by_key[key].push_back(r);
    by_form[form_of(runs[r].facts)].push_back(r);
  }
  std::vector<Variant> variants;
  for (const std::string& key : keys) {
    std::vector<size_t>& members = by_key[key];
    std::stable_sort(members.begin(), members.end(),
                     [&](size_t a, size_t b) { return runs[a].facts.seed < runs[b].facts.seed; });
    const StudyRun& first = runs[members.front()];
    std::vector<const RunFacts*> kin;
    for (const size_t r : by_form[form_of(first.facts)]) kin.push_back(&runs[r].facts);
    const std::string size = sizes.size() > 1 ? ", " + first.facts.size : "";
    variants.push_back({name_of(first, differing_settings(kin)) + size, first.facts.model, first.facts.size,
                        first.facts.condition, members});
  }
  std::stable_sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) {
    return std::pair(a.size, a.name) < std::pair(b.size, b.name);
  });
  return variants;
}

std::map<std::string, double> figures_of(const StudyRun& run, const std::vector<SongLabel>& labels) {
  const RunFacts& f = run.facts;
  std::map<std::string, double> figures{{figure::kParameters, static_cast<double>(run.n_parameters)},
                                        {figure::kValidationLoss, f.best_validation_loss},
                                        {figure::kBestEpoch, static_cast<double>(f.best_epoch)}};
  if (f.hundred_epochs) figures[figure::kHours] = f.hundred_epochs->hours;
  if (f.peak_memory_gb) figures[figure::kMemory] = *f.peak_memory_gb;
  if (f.beta_norm) figures[figure::kBetaNorm] = *f.beta_norm;
  if (f.stability) figures[figure::kStability] = *f.stability;
  if (!run.reconstruction.mse.empty()) {
    figures[figure::kMse] = mean_of(run.reconstruction.mse);
    figures[figure::kEdgeEnergy] = mean_of(run.reconstruction.edge_energy);
    figures[figure::kOnset] = mean_of(run.reconstruction.onset_correlation);
  }
  if (!run.inferred_right.empty()) figures[figure::inferred_accuracy(f.condition)] = mean_of(run.inferred_right);
  for (const auto& [factor, score] : run.mig) {
    figures["mig|" + factor] = score;
    figures[figure::kMig] += score / static_cast<double>(run.mig.size());
  }
  for (const GroupingRow& r : run.groups.rows) {
    const bool is_own = r.features == kLatents || r.features == kInferredLabels;
    if (!is_own || (!find_label(labels, r.label) && !r.label.empty())) continue;
    for (const auto& [name, value] :
         {std::pair{"silhouette", r.silhouette}, {"ari", r.ari}, {"nmi", r.nmi}, {"purity", r.purity}})
      figures[figure::of_groups(name, r.label, r.algorithm, r.fitted_on)] = value;
  }
  for (const SongLabel& label : labels)
    for (const SongGroups& g : run.groups.groups)
      if (!g.is_control) {
        const std::string name = figure::of_groups("ari", label.name, g.algorithm, g.fitted_on);
        if (!figures.contains(name)) figures[name] = ari_of_groups(g, label);
      }
  return figures;
}

void estimate(Comparison& comparison, uint64_t seed) {
  comparison.variants = find_variants(comparison.runs);
  std::vector<const RunFacts*> facts;
  for (const StudyRun& r : comparison.runs) facts.push_back(&r.facts);
  comparison.differing = differing_settings(facts);
  Estimator(comparison, seed).run();
}

Estimate song_estimate(const std::vector<double>& values, uint64_t seed) {
  if (values.empty()) return {std::nan(""), std::nan(""), std::nan(""), 0, 0};
  const auto n = static_cast<int64_t>(values.size());
  return estimate_of(bootstrap(n, [&](std::span<const int64_t> rows) { return mean_at(values, rows); },
                               {.n_resamples = kResamples, .seed = seed}),
                     0, n);
}

}  // namespace songscape
