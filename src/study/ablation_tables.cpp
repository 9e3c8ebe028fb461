#include "study/ablation_tables.h"

#include <algorithm>
#include <cmath>

namespace songscape {
namespace {

Cell number(double x) { return std::isnan(x) ? Cell() : Cell(x); }

Cell cell_of(const ConfigValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return *whole;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return show_value(value);
}

}  // namespace

Table sweep_table(const SweepSummary& sweep) {
  const std::vector<std::string>& figures = sweep.figures;
  std::vector<std::string> others;
  for (const FigureKind& kind : figure_kinds())
    if (std::ranges::find(figures, kind.name) == figures.end()) others.push_back(kind.name);
  Table table{{sweep.column}, {}};
  table.columns.insert(table.columns.end(), figures.begin(), figures.end());
  for (const char* c : {"n", "n_failed", "n_not_started"}) table.columns.emplace_back(c);
  for (const std::string& f : figures) table.columns.push_back(f + "_sd");
  for (const std::string& f : others) table.columns.push_back(f), table.columns.push_back(f + "_sd");
  for (const SweepRow& row : sweep.rows) {
    const auto mean = [&](const std::string& f) {
      return row.group.find(f) ? number(row.group.find(f)->mean) : Cell();
    };
    const auto sd = [&](const std::string& f) { return row.group.find(f) ? number(row.group.find(f)->sd) : Cell(); };
    std::vector<Cell> cells{cell_of(row.value)};
    for (const std::string& f : figures) cells.push_back(mean(f));
    for (const int64_t n : {row.group.n_finished, row.group.n_failed, row.group.n_not_started}) cells.emplace_back(n);
    for (const std::string& f : figures) cells.push_back(sd(f));
    for (const std::string& f : others) cells.push_back(mean(f)), cells.push_back(sd(f));
    table.add(std::move(cells));
  }
  return table;
}

Table trials_table(const AblationPlan& plan, const std::vector<TrialRecord>& trials) {
  Table table{{"trial", "model", "form"}, {}};
  for (const Sweep& s : plan.sweeps()) table.columns.push_back(s.key);
  for (const char* c : {"seed", "state", "attempts"}) table.columns.emplace_back(c);
  for (const FigureKind& kind : figure_kinds()) table.columns.push_back(kind.name);
  table.columns.emplace_back("message");
  for (const TrialRecord& r : trials) {
    const Setting& setting = r.trial.setting;
    std::vector<Cell> cells{r.trial.name(), setting.model, setting.form};
    for (const Sweep& s : plan.sweeps()) {
      const auto it = setting.swept.find(s.key);
      cells.push_back(it == setting.swept.end() ? Cell() : cell_of(it->second));
    }
    cells.emplace_back(r.trial.seed);
    cells.emplace_back(std::string(state_name(r.state)));
    cells.emplace_back(r.n_attempts);
    for (const FigureKind& kind : figure_kinds()) {
      const auto it = r.figures.find(kind.name);
      cells.push_back(it == r.figures.end() ? Cell() : number(it->second));
    }
    cells.emplace_back(r.message);
    table.add(std::move(cells));
  }
  return table;
}

Table best_table(const AblationSummary& summary) {
  Table table{{"chosen by", "setting", "−ELBO of a held-out song", "last validation loss",
               "silhouette of training songs", "silhouette", "ari", "n"},
              {}};
  const auto add = [&](const std::string& by, const std::optional<size_t>& which) {
    if (!which) return;
    const SettingSummary& s = summary.finalists[*which];
    const auto shown = [&](const char* f) { return s.group.find(f) ? Cell(show(*s.group.find(f))) : Cell(); };
    table.add({by, s.setting.name, shown("negative_elbo"), shown("final_loss"), shown("train_silhouette"),
               shown("silhouette"), shown("ari"), s.group.n_finished});
  };
  add(figure_kind(summary.criterion).title, summary.best);
  add(figure_kind("train_silhouette").title, summary.best_by_silhouette);
  return table;
}

Table effects_table(const AblationSummary& summary) {
  Table table{{"figure", "key", "with", "degrees", "share", "f_ratio"}, {}};
  for (const KeyEffect& e : summary.effects)
    table.add({e.figure, e.key, e.other, e.effect.n_degrees, number(e.effect.share), number(e.effect.f_ratio)});
  return table;
}

Table pairs_table(const AblationSummary& summary) {
  const std::vector<std::string> figures = headline_figures(summary);
  Table table{{"key", "value", "with", "with_value"}, {}};
  table.columns.insert(table.columns.end(), figures.begin(), figures.end());
  table.columns.emplace_back("n");
  for (const PairCell& p : summary.pairs) {
    std::vector<Cell> cells{p.key, cell_of(p.value), p.other, cell_of(p.other_value)};
    for (const std::string& f : figures) cells.push_back(p.group.find(f) ? number(p.group.find(f)->mean) : Cell());
    cells.emplace_back(p.group.n_finished);
    table.add(std::move(cells));
  }
  return table;
}

}  // namespace songscape
