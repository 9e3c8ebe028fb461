// What was timed, as a table for people, as JSON and as Markdown.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/timing.h"
#include "core/json.h"
#include "core/machine.h"
#include "report/table.h"

namespace songscape {

struct TimingReport {
  std::string command, date;  // "songscape bench all --peers", "2026-11-21"
  Machine machine;
  int n_threads = 1, n_rounds = 1;
  double scale = 1;
  std::vector<std::pair<std::string, std::string>> versions;  // of the peers' packages
  std::vector<TimedRow> rows;

  bool has_failures() const;
};

// name, threads, ours (s), peer (s), peer_name, ratio, range, goal, is_met, equal, memory of both; empty where there is
// no peer, a row that failed says so under `equal`.
Table timing_table(const TimingReport& report);

// Everything; `rows` holds an object a row: name, threads, ours, peer (median seconds), peer_name, ratio, ratio_least,
// ratio_most, goal, is_met, equal, equality, ours_peak_bytes, peer_peak_bytes, ours_seconds, peer_seconds; of a row
// that failed name, peer_name and failure.
Json timing_json(const TimingReport& report);

std::string timing_markdown(const TimingReport& report);

}  // namespace songscape
