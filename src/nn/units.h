// Units of work shared among LibTorch's threads, for layers whose kernels are our own.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace songscape {

// job(i), i = 0 … n − 1, each by whichever thread is free: they may differ in cost, and so may the cores.
template <class Job>
void for_units(int64_t n, const Job& job) {
  std::atomic<int64_t> next{0};
  at::parallel_for(0, std::min<int64_t>(n, at::get_num_threads()), 1, [&](int64_t, int64_t) {
    for (int64_t i = next++; i < n; i = next++) job(i);
  });
}

// job(first, last, unit) for the ranges of at most `size` that 0 … n − 1 is cut into.
template <class Job>
void for_ranges(int64_t n, int64_t size, const Job& job) {
  for_units((n + size - 1) / size, [&](int64_t unit) { job(unit * size, std::min(n, (unit + 1) * size), unit); });
}

}  // namespace songscape
