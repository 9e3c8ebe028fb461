// What an ingest has to do, found without opening a song: new and changed files by their stamps.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "library/catalogue.h"
#include "library/excerpts.h"
#include "library/walk.h"

namespace songscape {

struct IngestPlan {
  WalkResult walk;
  std::vector<Candidate> to_do;       // new or changed, by path
  std::vector<std::string> back;      // were missing, are here again unchanged
  std::vector<std::string> vanished;  // paths of the catalogue that are gone
  int64_t n_known = 0;                // unchanged since the last ingest
  // Expected of `to_do`, roughly.
  double disk_bytes = 0, memory_bytes = 0, duration_sec = 0;
};

IngestPlan plan_ingest(const std::filesystem::path& music, bool follow_links,
                       const std::map<std::string, PathEntry>& known);
// Fills the expectations.
void estimate(IngestPlan& plan, const Excerpts& excerpts, int n_threads);

}  // namespace songscape
