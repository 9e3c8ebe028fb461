// Benchmarks against published figures, by name.  Each works in its own folder under `output`, goes on where it
// stopped, and leaves trials.csv (a row a trial) and summary.csv there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "report/table.h"

namespace songscape {

struct PublishedRequest {
  std::filesystem::path data;              // the folder that the benchmark reads
  std::filesystem::path output = "bench";  // trials go to output/NAME
  int64_t n_seeds = 3;                     // trials of each row, with seeds first_seed, first_seed + 1, …
  uint64_t first_seed = 0;
  int64_t n_epochs = 0;                    // 0: the benchmark's own schedule
  std::vector<std::string> variants = {};  // of the benchmark's forms; empty: all
  int n_threads = 1;
};

struct PublishedResult {
  Table summary;  // name, ours, peer, peer_name, ratio, goal, is_met, and what belongs to the row
  Table trials;
};

std::vector<std::string> published_names();
// Error `usage` for an unknown name or variant, with the nearest known.
PublishedResult run_published(const std::string& name, const PublishedRequest& request);

}  // namespace songscape
