#include "core/step_team.h"

#include <algorithm>

namespace songscape {
namespace {

// Pauses before a thread sleeps: some 40 microseconds between the parts of a job, ten times that between jobs.
constexpr int kSpins = 2000, kSpinsBetweenJobs = 20000;

// Until `value` is no longer `old`: spinning first, since the others are through in a microsecond where each has a core
// to itself; then asleep, so that they get one where there are fewer cores.
void wait_while(const std::atomic<uint32_t>& value, uint32_t old, int n_spins) {
  for (int spins = 0; spins < n_spins; ++spins) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

StepTeam::StepTeam(int n_threads) {
  for (int i = 1; i < n_threads; ++i) threads_.emplace_back([this, i] { serve(i); });
}

StepTeam::~StepTeam() {
  is_over_ = true;
  n_jobs_.fetch_add(1, std::memory_order_release);
  n_jobs_.notify_all();
  for (std::thread& t : threads_) t.join();
}

void StepTeam::serve(int member) {
  for (uint32_t seen = 0;;) {
    wait_while(n_jobs_, seen, kSpinsBetweenJobs);
    ++seen;
    if (is_over_) return;
    (*job_)(member);
    wait();
  }
}

void StepTeam::run(const std::function<void(int)>& job) {
  if (threads_.empty()) return job(0);
  job_ = &job;
  n_jobs_.fetch_add(1, std::memory_order_release);
  n_jobs_.notify_all();
  job(0);
  wait();
}

void StepTeam::wait() {
  if (threads_.empty()) return;
  const uint32_t turn = n_waits_.load(std::memory_order_acquire);
  if (n_waiting_.fetch_add(1, std::memory_order_acq_rel) + 1 == size()) {
    n_waiting_.store(0, std::memory_order_relaxed);
    n_waits_.fetch_add(1, std::memory_order_release);
    n_waits_.notify_all();
    return;
  }
  wait_while(n_waits_, turn, kSpins);
}

TeamPart part_of_team(int64_t n, int member, int size, int64_t unit) {
  const int64_t n_units = (n + unit - 1) / unit;
  return {std::min(n, n_units * member / size * unit), std::min(n, n_units * (member + 1) / size * unit)};
}

}  // namespace songscape
