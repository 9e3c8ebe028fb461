#include "study/ablation.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "run/train_run.h"
#include "study/ablation_file.h"
#include "study/ablation_plan.h"
#include "study/ablation_report.h"
#include "study/ablation_summary.h"
#include "study/ablation_tables.h"
#include "study/trial_queue.h"

namespace songscape {
namespace {

class Ablation {
 public:
  explicit Ablation(const AblationRequest& request)
      : request_(request),
        data_(open_trial_data(request, names_conditional_model(request))),
        plan_(request_, data_.condition),
        trials_(request_) {
    share_cores();
  }

  AblationOutcome run() {
    if (request_.is_dry_run) return dry_run();
    AblationFolder folder(request_, plan_.sweeps(), data_);
    make_folder(request_.study / "trials");
    request_.search == AblationSearch::halving ? run_halving() : run_all();
    return write();
  }

 private:
  // Trials of several threads are fewer at a time.
  void share_cores() {
    const auto* n = std::get_if<int64_t>(&plan_.base().settings.entries.at("train.threads").value);
    const int n_threads = n && *n > 0 ? static_cast<int>(*n) : request_.n_workers;
    request_.n_workers = std::max(1, request_.n_workers / n_threads);
  }

  void run_all() {
    compared_ = finalists_ = plan_.settings();
    run_trials(plan_.settings());
  }

  void run_halving();
  std::vector<Setting> best_of(const std::vector<Setting>& settings) const;

  void expect(const std::vector<size_t>& trials);
  void run_trials(const std::vector<Setting>& settings);

  AblationOutcome dry_run();
  AblationOutcome write();
  void write_figures(const AblationSummary& summary, AblationOutcome& outcome);
  AblationOutcome outcome_of(const AblationSummary& summary) const;
  TrainRequest base_training() const;

  AblationRequest request_;
  TrialData data_;
  AblationPlan plan_;
  TrialQueue trials_;
  std::vector<Setting> compared_, finalists_;  // as AblationRecords has them
  std::vector<AblationFigure> figures_;
  bool has_told_expectation_ = false;
};

TrainRequest Ablation::base_training() const {
  TrainRequest r;
  r.model = request_.model;
  r.size = request_.size;
  r.form = request_.form;
  r.settings = plan_.base().settings;
  r.runs = request_.study;
  r.source_path = data_.path;
  if (is_conditional(request_.model, request_.size)) r.condition = data_.condition;
  r.is_dry_run = true;
  return r;
}

// Said before the first training; also makes the base model, which so fails before anything is trained.
void Ablation::expect(const std::vector<size_t>& trials) {
  const auto n_left =
      std::ranges::count_if(trials, [&](size_t t) { return trials_.records()[t].state == TrialState::not_started; });
  if (has_told_expectation_ || n_left == 0) return;
  has_told_expectation_ = true;
  const TrainOutcome one = train_run(base_training(), *data_.rows.source, data_.split());
  const double kept = 4.0 * static_cast<double>(one.n_parameters) * static_cast<double>(n_left);
  require_disk(request_.study, static_cast<uint64_t>(kept + one.expected_disk_bytes * request_.n_workers),
               "an ablation");
  log_info("ablate: " + std::to_string(trials.size()) + " trials, " + std::to_string(n_left) + " of them to do, " +
           std::to_string(request_.n_workers) + " at a time; as the base trains, about " +
           format_duration(one.expected_sec * static_cast<double>(n_left) / request_.n_workers) + " and " +
           format_bytes(kept) + " of disk");
}

void Ablation::run_trials(const std::vector<Setting>& settings) {
  const std::vector<size_t> trials = trials_.add(settings);
  expect(trials);
  trials_.run(trials);
}

// The best third by the mean −ELBO of validation songs over seeds (their last loss where that is unknown).
std::vector<Setting> Ablation::best_of(const std::vector<Setting>& settings) const {
  std::vector<std::pair<double, size_t>> ranked;
  for (size_t i = 0; i < settings.size(); ++i) {
    std::vector<const TrialRecord*> own;
    for (const TrialRecord& r : trials_.records())
      if (r.trial.setting.hash == settings[i].hash) own.push_back(&r);
    const TrialGroup group = summarise(own);
    const FigureSummary* loss = group.find("negative_elbo") ? group.find("negative_elbo") : group.find("final_loss");
    if (loss) ranked.emplace_back(loss->mean, i);
  }
  std::ranges::sort(ranked);
  ranked.resize(std::min(ranked.size(), (settings.size() + kKeptOneOf - 1) / kKeptOneOf));
  std::ranges::sort(ranked, {}, &std::pair<double, size_t>::second);
  std::vector<Setting> kept;
  for (const auto& [loss, i] : ranked) kept.push_back(settings[i]);
  return kept;
}

void Ablation::run_halving() {
  std::vector<Setting> rung = plan_.settings();
  for (const int64_t n_epochs : plan_.rungs()) {
    for (Setting& s : rung) s = plan_.with_epochs(s, n_epochs);
    if (compared_.empty()) compared_ = rung;
    finalists_ = rung;
    log_info("ablate: " + std::to_string(rung.size()) + " settings for " + std::to_string(n_epochs) + " epochs");
    run_trials(rung);
    std::vector<Setting> best = best_of(rung);
    if (best.empty()) return;
    if (n_epochs != plan_.rungs().back()) rung = std::move(best);
  }
}

AblationOutcome Ablation::outcome_of(const AblationSummary& summary) const {
  AblationOutcome outcome;
  outcome.trials = trials_table(plan_, trials_.records());
  outcome.best = best_table(summary);
  for (const TrialRecord& r : trials_.records()) {
    outcome.n_finished += r.state == TrialState::finished;
    outcome.n_failed += r.state == TrialState::failed;
    outcome.n_not_started += r.state == TrialState::not_started;
  }
  return outcome;
}

AblationOutcome Ablation::dry_run() {
  std::vector<Setting> settings = plan_.settings();
  if (request_.search == AblationSearch::halving)
    for (Setting& s : settings) s = plan_.with_epochs(s, plan_.rungs().front());
  expect(trials_.add(settings));
  AblationOutcome outcome = outcome_of({});
  outcome.best = {};
  return outcome;
}

void Ablation::write_figures(const AblationSummary& summary, AblationOutcome& outcome) {
  const auto add = [&](const std::string& name, const std::string& sweep, std::optional<Figure> figure) {
    if (!figure) return;
    figure->save(request_.study / name);
    outcome.files.push_back(request_.study / (name + ".png"));
    figures_.push_back({name, sweep, std::move(*figure)});
  };
  for (const SweepSummary& s : summary.sweeps) add(s.file_name(), s.key, sweep_figure(s));
  add("effects", "", effects_figure(summary));
  add("interactions", "", interactions_figure(summary));
}

AblationOutcome Ablation::write() {
  const AblationSummary summary = summarise_ablation(request_, plan_, {compared_, finalists_, trials_.records()});
  AblationOutcome outcome = outcome_of(summary);
  const auto save = [&](const std::string& name, const Table& table) {
    table.write_csv(request_.study / name);
    outcome.files.push_back(request_.study / name);
  };
  save("ablation.csv", outcome.trials);
  for (const SweepSummary& s : summary.sweeps) save(s.file_name() + ".csv", sweep_table(s));
  save("effects.csv", effects_table(summary));
  if (summary.has_pairs) save("interactions.csv", pairs_table(summary));
  write_figures(summary, outcome);
  AblationFacts facts{.data = data_.path,
                      .label = data_.label.name,
                      .n_train = static_cast<int64_t>(data_.train_songs.size()),
                      .n_held_out = static_cast<int64_t>(data_.held_out.size()),
                      .ran_out_of_budget = trials_.ran_out_of_budget()};
  if (data_.condition) facts.condition = data_.condition->column;
  for (const Setting& s : plan_.settings())
    if (!s.is_baseline() && is_conditional(s.model, s.size) && std::ranges::count(facts.taught, s.model) == 0)
      facts.taught.push_back(s.model);
  const ReportPage page = ablation_page(request_, facts, plan_, trials_.records(), summary, figures_);
  page.save_markdown(request_.study / "ABLATION.md");
  page.save_html(request_.study / "ablation.html");
  for (const char* name : {"ABLATION.md", "ablation.html"}) outcome.files.push_back(request_.study / name);
  return outcome;
}

}  // namespace

AblationSearch parse_ablation_search(const std::string& name) {
  for (const AblationSearch s :
       {AblationSearch::each, AblationSearch::grid, AblationSearch::random, AblationSearch::halving})
    if (ablation_search_name(s) == name) return s;
  fail(ExitCode::usage, {.what = "there is no such search",
                         .where = "--search",
                         .seen = escape_for_terminal(name),
                         .wanted = "each, grid, random or halving",
                         .fix = {}});
}

std::string ablation_search_name(AblationSearch search) {
  switch (search) {
    case AblationSearch::each:
      return "each";
    case AblationSearch::grid:
      return "grid";
    case AblationSearch::random:
      return "random";
    case AblationSearch::halving:
      return "halving";
  }
  return {};
}

AblationOutcome run_ablation(const AblationRequest& request) {
  check(!request.study.empty() || request.is_dry_run, "an ablation has a folder");
  check(request.n_seeds >= 1 && request.n_workers >= 1, "an ablation has seeds and workers");
  return Ablation(request).run();
}

}  // namespace songscape
