// Work spread over threads of our own, for jobs that do not go through LibTorch's pool.
#pragma once

#include <cstdint>
#include <functional>

namespace songscape {

// Cores this process may use (affinity and cgroup quota taken into account), at least 1.
int available_cores();

// How many threads jobs take that are not told otherwise: available_cores(), unless set (--threads).
int worker_threads();
void set_worker_threads(int n_threads);  // at least 1

// job(i) for i in 0 … n−1 on n_threads threads, each taking the next free i.  The first exception stops the rest and is
// rethrown here.  The caller's thread is one of them.  A job that itself calls parallel_for gets one thread for it.
void parallel_for(int64_t n, int n_threads, const std::function<void(int64_t)>& job);

}  // namespace songscape
