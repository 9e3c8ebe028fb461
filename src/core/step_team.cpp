#include "core/step_team.h"

#include <algorithm>

namespace songscape {
namespace {

constexpr int kSpins = 2000;  // before the core is left to others

// Until `is_done` holds.
template <class Condition>
void spin_until(const Condition& is_done) {
  for (int spins = 0; !is_done(); ++spins) {
    if (spins >= kSpins) {
      std::this_thread::yield();
      continue;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
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
  for (int64_t seen = 0;;) {
    for (int spins = 0; n_jobs_.load(std::memory_order_acquire) == seen && spins < kSpins; ++spins)
      std::this_thread::yield();
    n_jobs_.wait(seen, std::memory_order_acquire);
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
  const int64_t turn = n_waits_.load(std::memory_order_acquire);
  if (n_waiting_.fetch_add(1, std::memory_order_acq_rel) + 1 == size()) {
    n_waiting_.store(0, std::memory_order_relaxed);
    n_waits_.fetch_add(1, std::memory_order_release);
    return;
  }
  spin_until([&] { return n_waits_.load(std::memory_order_acquire) != turn; });
}

TeamPart part_of_team(int64_t n, int member, int size, int64_t unit) {
  const int64_t n_units = (n + unit - 1) / unit;
  return {std::min(n, n_units * member / size * unit), std::min(n, n_units * (member + 1) / size * unit)};
}

}  // namespace songscape
