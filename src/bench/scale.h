// Whether the cost of a song stays the same as a library grows: the jobs of bench/scale_jobs.h at several sizes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/machine.h"
#include "report/table.h"

namespace songscape {

struct ScaleRequest {
  std::filesystem::path program;  // this program: it does each job as a child
  std::filesystem::path from;     // the library whose songs are taken
  std::vector<int64_t> sizes;     // rising
  int64_t most_records = 20000;   // clips on disk at most; larger libraries name them again
  int n_rounds = 5;               // a job is done so often, or for half a minute
  int n_threads = 1;
  std::vector<std::string> jobs = {};  // empty: all; the one that makes the libraries is done where another reads them
};

// The sizes of the goal, times `scale`.
std::vector<int64_t> scale_sizes(double scale);

struct ScaleRow {
  std::string job;
  int64_t n_songs = 0, n_items = 0;
  int n_rounds = 0;
  double seconds = 0;  // median of the rounds
  double cpu_sec = 0;  // of all threads, likewise
  int64_t peak_memory_bytes = 0;
  double ratio = 1;  // of the time an item, to the smallest size's
  double goal = 0;   // the most that ratio shall be
  bool is_met = true;

  double item_sec() const { return seconds / static_cast<double>(n_items); }
  double item_cpu_sec() const { return cpu_sec / static_cast<double>(n_items); }
};

inline constexpr double kScaleGoal = 1.5, kScaleMemoryGoal = 2.0 * (1 << 30);

// Goals are 1.5 for the linear jobs, times log n / log n₀ for maps, and 2 GiB.  Works in a folder under TMPDIR; checks
// that there is room.  Error `usage` where `from` is no library or a job is
// unknown.
std::vector<ScaleRow> measure_scale(const ScaleRequest& request);

struct ScaleReport {
  std::string command, date;
  Machine machine;
  ScaleRequest request;
  int64_t n_source_songs = 0;
  std::vector<ScaleRow> rows;
};
// job, songs, items, rounds, ms and processor ms an item, ratio, goal, peak MB, is_met.
Table scale_table(const ScaleReport& report);
Json scale_json(const ScaleReport& report);
std::string scale_markdown(const ScaleReport& report);

}  // namespace songscape
