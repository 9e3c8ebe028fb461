#include "study/trial_queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"

namespace songscape {
namespace {

// No fault of the trial's: it is not to be counted against it.
bool is_full_disk(const std::string& message) {
  for (const char* sign :
       {"No space left on device", "File too large", "Disk quota exceeded", "not enough free disk space"})
    if (message.find(sign) != std::string::npos) return true;
  return false;
}

int64_t n_values_in_common(const Setting& a, const Setting& b) {
  int64_t n = a.n_epochs == b.n_epochs;
  for (const auto& [key, value] : a.swept)
    if (const auto it = b.swept.find(key); it != b.swept.end()) n += it->second == value;
  return n;
}

}  // namespace

std::vector<size_t> TrialQueue::add(const std::vector<Setting>& settings) {
  std::vector<size_t> added;
  for (int64_t i = 0; i < request_.n_seeds; ++i)
    for (const Setting& s : settings) {
      const Trial trial{s, request_.first_seed + i};
      const auto known = std::ranges::find(records_, trial.name(), [](const TrialRecord& r) { return r.trial.name(); });
      added.push_back(static_cast<size_t>(known - records_.begin()));
      if (known != records_.end()) continue;
      records_.push_back(read_record(trial, folder_of(trial)));
      spent_before_sec_ += records_.back().wall_sec / request_.n_workers;
    }
  return added;
}

// By trials that have ended: those with the most values in common, of the same model.
std::optional<double> TrialQueue::expected_sec(const TrialRecord& record) const {
  const Setting& own = record.trial.setting;
  double sum = 0;
  int64_t n = 0, most_alike = -1;
  for (const TrialRecord& r : records_) {
    const Setting& other = r.trial.setting;
    if (r.state != TrialState::finished || other.model != own.model) continue;
    const int64_t n_alike = n_values_in_common(own, other);
    if (n_alike > most_alike) most_alike = n_alike, sum = 0, n = 0;
    if (n_alike == most_alike)
      sum += r.wall_sec * static_cast<double>(std::max<int64_t>(1, own.n_epochs)) /
             static_cast<double>(std::max<int64_t>(1, other.n_epochs)),
          ++n;
  }
  return n > 0 ? std::optional(sum / static_cast<double>(n)) : std::nullopt;
}

bool TrialQueue::fits(const TrialRecord& record) {
  if (request_.budget_sec <= 0) return true;
  const double left =
      request_.budget_sec - spent_before_sec_ - std::chrono::duration<double>(Clock::now() - start_).count();
  if (left > 0 && expected_sec(record).value_or(0) <= left) return true;
  if (!ran_out_of_budget_)
    log_info("ablate: what is left of the budget, " + format_duration(std::max(0.0, left)) +
             ", is too short for some of the trials: they are not started");
  ran_out_of_budget_ = true;
  return false;
}

bool TrialQueue::may_start() const { return !is_interrupted_ && full_disk_.empty() && !interrupt_requested(); }

void TrialQueue::begin(size_t trial) {
  const Trial& t = records_[trial].trial;
  const fs::path folder = folder_of(t);
  make_folder(folder);
  write_json(folder / "trial.json", t.to_json());
  pool_.start(trial, folder);
}

void TrialQueue::begin_some() {
  while (may_start() && !waiting_.empty() && pool_.n_running() < static_cast<size_t>(request_.n_workers)) {
    const size_t next = waiting_.front();
    waiting_.pop_front();
    if (fits(records_[next])) begin(next);
  }
}

void TrialQueue::end(const TrialEnd& end) {
  TrialRecord& record = records_[end.trial];
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
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) fs::remove_all(entry.path());
  waiting_.push_front(end.trial);
}

void TrialQueue::fail_if_stopped() const {
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

void TrialQueue::run(const std::vector<size_t>& trials) {
  waiting_.clear();
  for (const size_t t : trials)
    if (records_[t].state == TrialState::not_started) waiting_.push_back(t);
  Progress progress("ablate", static_cast<int64_t>(waiting_.size()), "trials");
  while (!waiting_.empty() || pool_.n_running() > 0) {
    begin_some();
    const auto ended = pool_.wait();
    if (!ended && !may_start()) break;
    if (!ended) continue;
    end(*ended);
    const TrialRecord& record = records_[ended->trial];
    progress.add(record.state == TrialState::not_started ? 0 : 1, record.trial.name());
  }
  fail_if_stopped();
}

}  // namespace songscape
