#include "study/ablation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "run/train_run.h"
#include "study/ablation_file.h"
#include "study/ablation_plan.h"
#include "study/ablation_report.h"
#include "study/ablation_summary.h"
#include "study/trial_pool.h"

namespace songscape {
namespace {

constexpr int64_t kKeptOneOf = 3;  // of a rung of halving

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// No fault of the trial's: it is not to be counted against it.
bool is_full_disk(const std::string& message) {
  for (const char* sign :
       {"No space left on device", "File too large", "Disk quota exceeded", "not enough free disk space"})
    if (message.find(sign) != std::string::npos) return true;
  return false;
}

class Ablation {
 public:
  explicit Ablation(const AblationRequest& request)
      : request_(request),
        data_(open_trial_data(request, need_of_label(request))),
        plan_(request_, data_.condition),
        pool_(request.program) {
    share_cores();
  }

  AblationOutcome run() {
    if (request_.is_dry_run) return dry_run();
    AblationFolder folder(request_, plan_.sweeps(), data_);
    start_ = Clock::now();
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

  fs::path folder_of(const Trial& trial) const { return request_.study / "trials" / trial.name(); }

  // Seed by seed, so that a budget leaves every setting some.
  std::vector<size_t> add_trials(const std::vector<Setting>& settings) {
    std::vector<size_t> added;
    for (int64_t i = 0; i < request_.n_seeds; ++i)
      for (const Setting& s : settings) {
        const Trial trial{s, request_.first_seed + i};
        const auto known =
            std::ranges::find(records_.trials, trial.name(), [](const TrialRecord& r) { return r.trial.name(); });
        added.push_back(static_cast<size_t>(known - records_.trials.begin()));
        if (known != records_.trials.end()) continue;
        records_.trials.push_back(read_record(trial, folder_of(trial)));
        spent_before_sec_ += records_.trials.back().wall_sec / request_.n_workers;
      }
    return added;
  }

  void run_all() {
    records_.compared = records_.finalists = plan_.settings();
    run_trials(add_trials(plan_.settings()));
  }

  void run_halving();
  std::vector<Setting> best_of(const std::vector<Setting>& settings) const;

  void expect(const std::vector<size_t>& trials);
  void run_trials(const std::vector<size_t>& trials);
  bool fits(const TrialRecord& record);
  std::optional<double> expected_sec(const TrialRecord& record) const;
  void begin(size_t trial);
  void end(const TrialEnd& end);

  AblationOutcome dry_run();
  AblationOutcome write();
  void write_figures(const AblationSummary& summary, AblationOutcome& outcome);
  AblationOutcome outcome_of(const AblationSummary& summary) const;
  TrainRequest base_training() const;

  AblationRequest request_;
  TrialData data_;
  AblationPlan plan_;
  TrialPool pool_;
  AblationRecords records_;
  std::vector<AblationFigure> figures_;
  std::deque<size_t> queue_;
  Clock::time_point start_;
  double spent_before_sec_ = 0;
  bool is_interrupted_ = false, ran_out_of_budget_ = false, has_told_expectation_ = false;
  std::string full_disk_;
};

TrainRequest Ablation::base_training() const {
  TrainRequest r;
  r.model = request_.model;
  r.size = request_.size;
  r.form = request_.form;
  r.settings = plan_.base().settings;
  r.runs = request_.study;
  r.source_path = data_.path;
  if (plan_.base().is_conditional()) r.condition = data_.condition;
  r.is_dry_run = true;
  return r;
}

// Said before the first training; also makes the base model, which so fails before anything is trained.
void Ablation::expect(const std::vector<size_t>& trials) {
  const auto n_left =
      std::ranges::count_if(trials, [&](size_t t) { return records_.trials[t].state == TrialState::not_started; });
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

// By trials that have ended: those with the most values in common, of the same model.
std::optional<double> Ablation::expected_sec(const TrialRecord& record) const {
  const Setting& own = record.trial.setting;
  double sum = 0;
  int64_t n = 0, most_alike = -1;
  for (const TrialRecord& r : records_.trials) {
    const Setting& other = r.trial.setting;
    if (r.state != TrialState::finished || other.model != own.model) continue;
    int64_t n_alike = other.n_epochs == own.n_epochs;
    for (const auto& [key, value] : own.swept)
      if (const auto it = other.swept.find(key); it != other.swept.end()) n_alike += it->second == value;
    if (n_alike > most_alike) most_alike = n_alike, sum = 0, n = 0;
    if (n_alike == most_alike)
      sum += r.wall_sec * static_cast<double>(std::max<int64_t>(1, own.n_epochs)) /
             static_cast<double>(std::max<int64_t>(1, other.n_epochs)),
          ++n;
  }
  return n > 0 ? std::optional(sum / static_cast<double>(n)) : std::nullopt;
}

bool Ablation::fits(const TrialRecord& record) {
  if (request_.budget_sec <= 0) return true;
  const double left = request_.budget_sec - spent_before_sec_ - seconds_since(start_);
  if (left > 0 && expected_sec(record).value_or(0) <= left) return true;
  if (!ran_out_of_budget_)
    log_info("ablate: what is left of the budget, " + format_duration(std::max(0.0, left)) +
             ", is too short for some of the trials: they are not started");
  ran_out_of_budget_ = true;
  return false;
}

void Ablation::begin(size_t trial) {
  const Trial& t = records_.trials[trial].trial;
  const fs::path folder = folder_of(t);
  make_folder(folder);
  write_json(folder / "trial.json", t.to_json());
  pool_.start(trial, folder);
}

void Ablation::end(const TrialEnd& end) {
  TrialRecord& record = records_.trials[end.trial];
  const fs::path folder = folder_of(record.trial);
  is_interrupted_ |= end.is_interrupted;
  if (end.is_good) record = read_record(record.trial, folder);
  if (end.is_good || end.is_interrupted) return;
  if (is_full_disk(end.message)) {
    full_disk_ = end.message;
    return;
  }
  log_warning(record.trial.name() + ": " + end.message);
  write_failure(folder, record.n_attempts + 1, end.message);
  record = read_record(record.trial, folder);
  if (record.state == TrialState::failed) return;
  // Once more, from its first step.
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) fs::remove_all(entry.path());
  queue_.push_front(end.trial);
}

void Ablation::run_trials(const std::vector<size_t>& trials) {
  expect(trials);
  queue_.clear();
  for (const size_t t : trials)
    if (records_.trials[t].state == TrialState::not_started) queue_.push_back(t);
  Progress progress("ablate", static_cast<int64_t>(queue_.size()), "trials");
  while (!queue_.empty() || pool_.n_running() > 0) {
    const auto may_start = [&] { return !is_interrupted_ && full_disk_.empty() && !interrupt_requested(); };
    while (may_start() && !queue_.empty() && pool_.n_running() < static_cast<size_t>(request_.n_workers)) {
      const size_t next = queue_.front();
      queue_.pop_front();
      if (fits(records_.trials[next])) begin(next);
    }
    const auto ended = pool_.wait();
    if (!ended && !may_start()) break;
    if (!ended) continue;
    end(*ended);
    const bool is_done = records_.trials[ended->trial].state != TrialState::not_started;
    progress.add(is_done ? 1 : 0, records_.trials[ended->trial].trial.name());
  }
  if (!full_disk_.empty())
    fail(ExitCode::failed, {.what = "the disk is full; the study is as it was, with what had ended",
                            .where = escape_for_terminal(request_.study.string()),
                            .seen = full_disk_,
                            .wanted = {},
                            .fix = "free some disk space and go on with --resume"});
  if (is_interrupted_ || interrupt_requested())
    fail(ExitCode::interrupted, {.what = "stopped; what has ended is kept, what was training is saved",
                                 .where = escape_for_terminal(request_.study.string()),
                                 .seen = {},
                                 .wanted = {},
                                 .fix = "go on with --resume"});
}

// The best third by the mean −ELBO of validation songs over seeds (their last loss where that is unknown).
std::vector<Setting> Ablation::best_of(const std::vector<Setting>& settings) const {
  std::vector<std::pair<double, size_t>> ranked;
  for (size_t i = 0; i < settings.size(); ++i) {
    std::vector<const TrialRecord*> own;
    for (const TrialRecord& r : records_.trials)
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
    if (records_.compared.empty()) records_.compared = rung;
    records_.finalists = rung;
    log_info("ablate: " + std::to_string(rung.size()) + " settings for " + std::to_string(n_epochs) + " epochs");
    run_trials(add_trials(rung));
    std::vector<Setting> best = best_of(rung);
    if (best.empty()) return;
    if (n_epochs != plan_.rungs().back()) rung = std::move(best);
  }
}

AblationOutcome Ablation::outcome_of(const AblationSummary& summary) const {
  AblationOutcome outcome;
  outcome.trials = trials_table(plan_, records_.trials);
  outcome.best = best_table(summary);
  for (const TrialRecord& r : records_.trials) {
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
  expect(add_trials(settings));
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
  const AblationSummary summary = summarise_ablation(request_, plan_, records_);
  AblationOutcome outcome = outcome_of(summary);
  const auto save = [&](const std::string& name, const Table& table) {
    table.write_csv(request_.study / name);
    outcome.files.push_back(request_.study / name);
  };
  save("ablation.csv", outcome.trials);
  for (const SweepSummary& s : summary.sweeps) save(s.file_name() + ".csv", s.table());
  save("effects.csv", effects_table(summary));
  if (summary.has_pairs) save("interactions.csv", pairs_table(summary));
  write_figures(summary, outcome);
  AblationFacts facts{.data = data_.path,
                      .label = data_.label.name,
                      .n_train = static_cast<int64_t>(data_.train_songs.size()),
                      .n_held_out = static_cast<int64_t>(data_.held_out.size()),
                      .ran_out_of_budget = ran_out_of_budget_};
  if (data_.condition) facts.condition = data_.condition->column;
  for (const Setting& s : plan_.settings())
    if (s.is_conditional() && std::ranges::count(facts.taught, s.architecture()) == 0)
      facts.taught.push_back(s.architecture());
  const ReportPage page = ablation_page(request_, facts, plan_, records_.trials, summary, figures_);
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
