#include "core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace songscape {
namespace {

std::atomic<int> n_worker_threads{0};  // 0: not set
thread_local bool is_inside_parallel_job = false;

}  // namespace

int worker_threads() {
  const int n = n_worker_threads;
  return n > 0 ? n : available_cores();
}

void set_worker_threads(int n_threads) { n_worker_threads = std::max(1, n_threads); }

int available_cores() {
  int n = 1;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) n = std::max(1, CPU_COUNT(&set));
  double quota = 0, period = 0;
  if (std::ifstream("/sys/fs/cgroup/cpu.max") >> quota >> period && quota > 0 && period > 0)
    n = std::clamp(static_cast<int>(std::ceil(quota / period)), 1, n);
  return n;
}

void parallel_for(int64_t n, int n_threads, const std::function<void(int64_t)>& job) {
  if (is_inside_parallel_job || n_threads < 2 || n < 2) {
    for (int64_t i = 0; i < n; ++i) job(i);
    return;
  }
  std::atomic<int64_t> next{0};
  std::exception_ptr first_error;
  std::mutex mutex;
  const auto work = [&] {
    is_inside_parallel_job = true;
    for (int64_t i; (i = next.fetch_add(1)) < n;) {
      try {
        job(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first_error) first_error = std::current_exception();
        next = n;
      }
    }
    is_inside_parallel_job = false;
  };
  std::vector<std::jthread> threads;
  for (int t = 1; t < std::min<int64_t>(n_threads, n); ++t) threads.emplace_back(work);
  work();
  threads.clear();
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace songscape
