// The trials of a study, each once: what became of them, and their running, some at a time, within the budget.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/ablation.h"
#include "study/trial.h"
#include "study/trial_pool.h"

namespace songscape {

class TrialQueue {
 public:
  // The budget's clock starts here; `request` must outlive the queue.
  explicit TrialQueue(const AblationRequest& request) : request_(request), pool_(request.program) {}

  // These settings by every seed: their places in records().  Seed by seed, so that a budget leaves every setting some.
  std::vector<size_t> add(const std::vector<Setting>& settings);
  // Runs those that have not ended.  One that fails is tried once more, from its first step; one that would not end
  // within the budget is not started.  Error `failed` where the disk is full, `interrupted` after Ctrl-C.
  void run(const std::vector<size_t>& trials);

  const std::vector<TrialRecord>& records() const { return records_; }
  bool ran_out_of_budget() const { return ran_out_of_budget_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::filesystem::path folder_of(const Trial& trial) const { return request_.study / "trials" / trial.name(); }
  std::optional<double> expected_sec(const TrialRecord& record) const;
  bool fits(const TrialRecord& record);
  bool may_start() const;
  void begin_some();
  void begin(size_t trial);
  void end(const TrialEnd& end);
  void fail_if_stopped() const;

  const AblationRequest& request_;
  TrialPool pool_;
  std::vector<TrialRecord> records_;
  std::deque<size_t> waiting_;
  Clock::time_point start_ = Clock::now();
  double spent_before_sec_ = 0;
  bool is_interrupted_ = false, ran_out_of_budget_ = false;
  std::string full_disk_;  // the message that says so
};

}  // namespace songscape
