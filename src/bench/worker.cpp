#include "bench/worker.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/machine.h"
#include "run/threads.h"

namespace songscape {
namespace {

// Not getrusage of this process: that counts what its parent held when it started this one.
uint64_t peak_memory_bytes() {
  rusage children{};
  ::getrusage(RUSAGE_CHILDREN, &children);
  return std::max(peak_resident_bytes(), static_cast<uint64_t>(children.ru_maxrss) * 1024);
}

Json timed(const BenchJob& job) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  job.run();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  Json answer = {{"wall_sec", wall.count()},
                 {"cpu_sec", static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC},
                 {"peak_memory_bytes", peak_memory_bytes()}};
  if (job.answer) answer.update(job.answer());
  return answer;
}

}  // namespace

void serve_benchmark(const Benchmark& benchmark, const std::filesystem::path& folder, int n_threads,
                     WorkerStreams streams) {
  set_compute_threads(n_threads);
  const BenchJob job = benchmark.prepare(folder);
  streams.answers << Json{{"ready", true}}.dump() << std::endl;
  for (std::string line; std::getline(streams.requests, line);) streams.answers << timed(job).dump() << std::endl;
}

}  // namespace songscape
