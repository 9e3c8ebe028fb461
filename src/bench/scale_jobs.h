// What `bench scale` does at each size: one job a row of the table, each in a process of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/benchmark.h"

namespace songscape {

// Where a job works; kept as job.json in the folder that its process is given.
struct ScalePlace {
  std::string job;
  std::filesystem::path from;    // the library whose songs are taken
  std::filesystem::path folder;  // of this size: holds scale.songscape, and what jobs leave
  int64_t n_songs = 0;
  int64_t n_records = 0;  // songs with a clip's record of their own

  std::filesystem::path library() const { return folder / "scale.songscape"; }
};
void write_place(const std::filesystem::path& worker_folder, const ScalePlace& place);

struct ScaleJob {
  std::string name;            // "read"
  std::string what;            // for people
  bool is_linear = true;       // else n log n at best
  bool makes_library = false;  // for the jobs after it; done once
  bool reads_library = true;
  int64_t (*n_items)(int64_t n_songs) = nullptr;     // songs or rows that one run goes over
  BenchJob (*prepare)(const ScalePlace&) = nullptr;  // as Benchmark::prepare
};

// In the order in which they must run: the first makes the library.
const std::vector<ScaleJob>& scale_jobs();

// The side of the worker: the job that the folder's job.json names.
Benchmark scale_worker();

}  // namespace songscape
