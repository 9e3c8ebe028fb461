#include "study/tables.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/text.h"

namespace songscape {
namespace {

Cell number(double x) { return std::isnan(x) ? Cell() : Cell(x); }
Cell number(const Estimate* e) { return e ? number(e->value) : Cell(); }
Cell words(const Estimate* e) { return e ? Cell(interval_text(*e)) : Cell(); }

struct NamedFigure {
  std::string title, key;
};

std::vector<NamedFigure> headline_figures(const Comparison& c) {
  std::vector<NamedFigure> list = {
      {"mse", figure::kMse}, {"edge energy kept", figure::kEdgeEnergy}, {"onset correlation", figure::kOnset}};
  for (const SongLabel& label : c.labels)
    for (const char* algorithm : {"kmeans", "ward", "gmm", kMixture, kInferred})
      for (const char* fitted_on : {"train", "all"}) {
        if (fitted_on == std::string("all") && label.name != c.label) continue;
        list.push_back({label.name + " ari, " + algorithm + ", fitted on " + fitted_on,
                        figure::of_groups("ari", label.name, algorithm, fitted_on)});
      }
  for (const char* score : {"nmi", "purity", "silhouette"})
    list.push_back({c.label + " " + score + ", kmeans", figure::of_groups(score, c.label, "kmeans")});
  for (const SongLabel& label : c.labels)
    list.push_back({label.name + " inferred, accuracy", figure::inferred_accuracy(label.name)});
  for (const NamedFigure& f : std::vector<NamedFigure>{{"mig", figure::kMig},
                                                       {"beta_norm", figure::kBetaNorm},
                                                       {"hours for 100 epochs, extrapolated", figure::kHours},
                                                       {"peak memory, GB", figure::kMemory},
                                                       {"convergence stability", figure::kStability},
                                                       {"best validation loss", figure::kValidationLoss},
                                                       {"best epoch", figure::kBestEpoch},
                                                       {"parameters", figure::kParameters}})
    list.push_back(f);
  std::erase_if(list, [&](const NamedFigure& f) {
    return std::none_of(c.variants.begin(), c.variants.end(), [&](const Variant& v) { return v.find(f.key); });
  });
  return list;
}

const Estimate* best_ari(const Comparison& c, const Variant& v, std::string* algorithm) {
  const Estimate* best = nullptr;
  for (const char* a : {"kmeans", "ward", "gmm", kMixture})
    if (const Estimate* e = v.find(figure::of_groups("ari", c.label, a)); e && (!best || e->value > best->value))
      best = e, *algorithm = a;
  return best;
}

std::string beware(const Comparison& c, const ContestResult& r) {
  std::vector<std::string> notes;
  const Placing& first = r.placings.front();
  const Variant& v = c.variants[first.variant];
  if (first.estimate.n_seeds == 1) notes.push_back("1 seed: chance between trainings is not in the interval");
  if (r.lead && !r.is_clear())
    notes.push_back("its lead over " + c.variants[r.placings[1].variant].name +
                    (std::isnan(r.lead->low) ? " has no interval" : " is not clear of 0"));
  if (!r.lead) notes.push_back("nothing to compare it with");
  for (const ControlWin& w : v.wins)
    if (r.contest.name == "unsupervised clustering" && w.fitted_on == "train" && !w.wins() &&
        first.figure == figure::of_groups("ari", w.label, w.algorithm))
      notes.push_back(w.control + " with " + w.control_algorithm + ", which needs no training, has " +
                      interval_text(w.best));
  if (r.contest.entrants == Entrants::supervised) notes.push_back("it was taught the " + v.condition);
  return join(notes, "; ");
}

}  // namespace

std::string interval_text(const Estimate& e) {
  const std::string value = format_number(e.value, 3);
  return std::isnan(e.low) || std::isnan(e.high)
             ? value
             : value + " (" + format_number(e.low, 3) + " to " + format_number(e.high, 3) + ")";
}

Table model_comparison_table(const Comparison& c) {
  std::vector<std::map<std::string, double>> figures;
  std::set<std::string> names;
  for (const StudyRun& r : c.runs) {
    figures.push_back(figures_of(r, c.labels));
    for (const auto& [name, value] : figures.back()) names.insert(name);
  }
  Table t{{"run", "model", "size", "condition", "seed", "finished", "epochs", "training rows", "wall hours"}, {}};
  for (const std::string& key : c.differing) t.columns.push_back(key);
  for (const std::string& name : names) t.columns.push_back(name);
  for (size_t i = 0; i < c.runs.size(); ++i) {
    const RunFacts& f = c.runs[i].facts;
    std::vector<Cell> row = {f.path.string(), f.model,    f.size,    f.condition,         f.seed,
                             f.is_finished,   f.n_epochs, f.n_train, number(f.wall_hours)};
    for (const std::string& key : c.differing) {
      const auto it = f.settings.find(key);
      row.push_back(it == f.settings.end() ? Cell() : Cell(it->second));
    }
    for (const std::string& name : names) {
      const auto it = figures[i].find(name);
      row.push_back(it == figures[i].end() ? Cell() : number(it->second));
    }
    t.add(std::move(row));
  }
  return t;
}

Table comparison_table(const Comparison& c) {
  const std::vector<NamedFigure> list = headline_figures(c);
  Table t{{"model", "size", "condition", "seeds", "songs"}, {}};
  for (const NamedFigure& f : list) {
    t.columns.push_back(f.title);
    t.columns.push_back(f.title + ", low");
    t.columns.push_back(f.title + ", high");
  }
  for (const Variant& v : c.variants) {
    std::vector<Cell> row = {v.name, v.size, v.condition, static_cast<int64_t>(v.runs.size()), c.n_judged};
    for (const NamedFigure& f : list) {
      const Estimate* e = v.find(f.key);
      row.push_back(number(e));
      row.push_back(e ? number(e->low) : Cell());
      row.push_back(e ? number(e->high) : Cell());
    }
    t.add(std::move(row));
  }
  return t;
}

Table overview_table(const Comparison& c) {
  Table t{{"model", "size", "seeds", "MSE", "edges kept", "beats", "ARI, " + c.label, "by", "MIG", "label inferred",
           "hours / 100 epochs", "memory, GB", "parameters", "stability"},
          {}};
  for (const Variant& v : c.variants) {
    std::string algorithm;
    const Estimate* ari = best_ari(c, v, &algorithm);
    t.add({v.name, v.size, static_cast<int64_t>(v.runs.size()), words(v.find(figure::kMse)),
           words(v.find(figure::kEdgeEnergy)), words(v.find(figure::kOnset)), words(ari), algorithm,
           words(v.find(figure::kMig)), words(v.find(figure::inferred_accuracy(v.condition))),
           number(v.find(figure::kHours)), number(v.find(figure::kMemory)), number(v.find(figure::kParameters)),
           number(v.find(figure::kStability))});
  }
  return t;
}

Table differing_settings_table(const Comparison& c) {
  Table t{{"model", "size"}, {}};
  for (const std::string& key : c.differing) t.columns.push_back(key);
  for (const Variant& v : c.variants) {
    std::vector<Cell> row = {v.name, v.size};
    const auto& settings = c.runs[v.runs.front()].facts.settings;
    for (const std::string& key : c.differing) {
      const auto it = settings.find(key);
      row.push_back(it == settings.end() ? Cell() : Cell(it->second));
    }
    t.add(std::move(row));
  }
  return t;
}

Table control_wins_table(const Comparison& c) {
  Table t{
      {"model", "size", "clusterer", "fitted on", "ARI", "best control", "its ARI", "ratio", "difference", "outcome"},
      {}};
  for (const Variant& v : c.variants)
    for (const ControlWin& w : v.wins)
      t.add({v.name + (v.is_supervised() ? " (taught " + v.condition + ")" : ""), v.size, w.algorithm, w.fitted_on,
             interval_text(w.own), w.control + (w.control_algorithm == w.algorithm ? "" : ", " + w.control_algorithm),
             interval_text(w.best), w.best.value > 0 ? Cell(w.own.value / w.best.value) : Cell(),
             interval_text(w.difference),
             w.wins()    ? "above"
             : w.loses() ? "below"
                         : "no difference"});
  return t;
}

Table controls_table(const Comparison& c) {
  Table t{{"control", "clusterer", "fitted on", "ARI, " + c.label, "low", "high"}, {}};
  for (const ControlFigure& f : c.controls)
    t.add({f.features, f.algorithm, f.fitted_on, number(f.ari.value), number(f.ari.low), number(f.ari.high)});
  return t;
}

Table baselines_table(const Comparison& c) {
  Table t{{"reconstruction", "MSE", "edges kept", "beats"}, {}};
  for (const BaselineFigure& b : c.baselines)
    t.add({b.name, words(&b.mse), words(&b.edge_energy),
           std::isnan(b.onset_correlation.value) ? Cell() : words(&b.onset_correlation)});
  return t;
}

Table left_out_table(const Comparison& c) {
  Table t{{"run", "reason"}, {}};
  for (const LeftOut& l : c.left_out) t.add({l.run, l.reason});
  return t;
}

Table contests_table(const Comparison& c, const std::vector<ContestResult>& results) {
  Table t{{"for", "size", "first", "figure", "second", "its figure", "lead", "clear of 0", "entrants"}, {}};
  for (const ContestResult& r : results) {
    if (r.placings.empty()) continue;
    const Placing& first = r.placings[0];
    std::vector<Cell> row = {r.contest.name, c.variants[first.variant].size, c.variants[first.variant].name,
                             interval_text(first.estimate)};
    if (r.lead)
      row.insert(row.end(), {c.variants[r.placings[1].variant].name, interval_text(r.placings[1].estimate),
                             interval_text(*r.lead), r.is_clear() ? "yes" : "no"});
    else
      row.insert(row.end(), {Cell(), Cell(), Cell(), Cell()});
    row.push_back(static_cast<int64_t>(r.placings.size()));
    t.add(std::move(row));
  }
  return t;
}

Table selection_guide(const Comparison& c, const std::vector<ContestResult>& results) {
  Table t{{"what counts", "size", "take", "because", "beware"}, {}};
  for (const ContestResult& r : results) {
    if (r.placings.empty()) continue;
    const Placing& first = r.placings.front();
    const Variant& v = c.variants[first.variant];
    std::string because = r.contest.what + " " + interval_text(first.estimate);
    if (r.lead) because += ", " + c.variants[r.placings[1].variant].name + " " + interval_text(r.placings[1].estimate);
    t.add({r.contest.name, v.size, v.name, because, beware(c, r)});
  }
  return t;
}

}  // namespace songscape
