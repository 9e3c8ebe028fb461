// The part of an ingest that runs on every core: files to songs, songs to group commits.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/progress.h"
#include "library/ingest.h"
#include "library/library_writer.h"
#include "library/near_duplicates.h"

namespace songscape {

class IngestCrew {
 public:
  IngestCrew(const IngestOptions& options, LibraryWriter& writer, const SongMaker& maker);

  // Every file of the plan; returns early after Ctrl-C, with all that was finished committed.
  void run(const std::vector<Candidate>& to_do);

  const std::map<std::string, std::string>& failures() const { return failures_; }
  int64_t n_new() const { return n_new_; }
  int64_t n_aliases() const { return n_aliases_; }

 private:
  // A file done: new content, bytes that were known, or a failure.
  struct Outcome {
    Candidate file;
    std::string sha256;
    std::optional<Content> content;
    std::string failure;
  };
  void process(const Candidate& file);
  bool claim(const Candidate& file, const std::string& sha256);
  void finish(Outcome outcome);
  void commit_if_due();
  void commit_pending();
  void write_outcome(Catalogue& catalogue, const Outcome& outcome);

  const IngestOptions& options_;
  LibraryWriter& writer_;
  const SongMaker& maker_;
  std::unique_ptr<Progress> progress_;

  std::mutex mutex_;                                           // guards what follows
  std::set<std::string> known_;                                // contents of the library
  std::map<std::string, std::vector<Candidate>> in_progress_;  // by SHA-256: files with equal bytes that wait
  std::vector<Outcome> pending_;
  std::map<std::string, std::string> failures_;
  int64_t n_new_ = 0, n_aliases_ = 0;

  std::mutex commit_mutex_;  // guards the catalogue and what follows
  std::chrono::steady_clock::time_point last_commit_;
  NearDuplicates near_duplicates_;
};

}  // namespace songscape
