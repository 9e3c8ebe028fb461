// Our side of a timed benchmark: the counterpart of bench/peers/worker.py, in a process of its own.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "bench/benchmark.h"

namespace songscape {

// Makes the job ready on n_threads threads, writes {"ready": true}, then does it once for each line of `requests`, to
// its end, and writes one line of JSON each time: wall_sec, cpu_sec, peak_memory_bytes (of this process, or of the
// largest that it started), and what the job answers.
struct WorkerStreams {
  std::istream& requests;
  std::ostream& answers;
};
void serve_benchmark(const Benchmark& benchmark, const std::filesystem::path& folder, int n_threads,
                     WorkerStreams streams);

}  // namespace songscape
