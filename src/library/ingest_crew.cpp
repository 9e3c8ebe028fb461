#include "library/ingest_crew.h"

#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"

namespace songscape {

IngestCrew::IngestCrew(const IngestOptions& options, LibraryWriter& writer, const SongMaker& maker)
    : options_(options), writer_(writer), maker_(maker), last_commit_(std::chrono::steady_clock::now()) {
  for (const auto& [sha256, bytes] : writer_.catalogue().fingerprints()) {
    known_.insert(sha256);
    near_duplicates_.add(sha256, bytes);
  }
}

void IngestCrew::run(const std::vector<Candidate>& to_do) {
  if (to_do.empty()) return;
  progress_ = std::make_unique<Progress>("ingest", static_cast<int64_t>(to_do.size()), "songs");
  try {
    parallel_for(static_cast<int64_t>(to_do.size()), options_.n_threads, [&](int64_t i) {
      throw_if_interrupted();
      process(to_do[static_cast<size_t>(i)]);
      commit_if_due();
    });
  } catch (const Error& e) {
    if (e.exit_code() != ExitCode::interrupted) throw;
  }
  progress_.reset();
  const std::lock_guard lock(commit_mutex_);
  commit_pending();
}

// True where this thread is to decode the file; elsewhere its outcome is known or will follow another's.
bool IngestCrew::claim(const Candidate& file, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  if (known_.contains(sha256)) {
    pending_.push_back({file, sha256, std::nullopt, {}});
    ++n_aliases_;
    progress_->add(1);
    return false;
  }
  const auto [it, is_first] = in_progress_.try_emplace(sha256);
  if (!is_first) it->second.push_back(file);
  return is_first;
}

void IngestCrew::process(const Candidate& file) {
  const fs::path full = options_.music / file.path;
  Outcome outcome{file, {}, std::nullopt, {}};
  try {
    const auto stamp = stamp_of(full, options_.follow_links);
    if (!stamp) throw ChangedDuringRead();
    outcome.file.stamp = *stamp;
    outcome.sha256 = maker_.hash(full);
    if (!claim(outcome.file, outcome.sha256)) return;
    outcome.content = maker_.make(full, file.path, outcome.sha256, *stamp);
  } catch (const DecodeFailure& e) {
    outcome.failure = e.what();
  }
  finish(std::move(outcome));
}

void IngestCrew::finish(Outcome outcome) {
  std::vector<Candidate> waiting;
  const bool says_something_of_bytes = outcome.failure.empty() || outcome.failure != ChangedDuringRead().what();
  {
    const std::lock_guard lock(mutex_);
    if (auto node = in_progress_.extract(outcome.sha256)) waiting = std::move(node.mapped());
    if (outcome.content) {
      known_.insert(outcome.sha256);
      ++n_new_;
    } else {
      failures_[outcome.file.path] = outcome.failure;
    }
    if (says_something_of_bytes)
      for (const Candidate& twin : waiting) {
        if (outcome.content)
          ++n_aliases_;
        else
          failures_[twin.path] = outcome.failure;
        pending_.push_back({twin, outcome.sha256, std::nullopt, outcome.failure});
      }
    progress_->add(1 + static_cast<int64_t>(says_something_of_bytes ? waiting.size() : 0));
    if (!outcome.failure.empty()) {
      log_error(outcome.file.path + ": " + outcome.failure);
      if (says_something_of_bytes)
        for (const Candidate& twin : waiting) log_error(twin.path + ": " + outcome.failure);
    }
    pending_.push_back(std::move(outcome));
  }
  if (!says_something_of_bytes)
    for (const Candidate& twin : waiting) process(twin);
}

void IngestCrew::commit_if_due() {
  const std::unique_lock lock(commit_mutex_, std::try_to_lock);
  if (!lock) return;
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - last_commit_;
  {
    const std::lock_guard guard(mutex_);
    if (static_cast<int64_t>(pending_.size()) < options_.group_songs && waited.count() < options_.group_sec) return;
  }
  commit_pending();
}

void IngestCrew::commit_pending() {
  std::vector<Outcome> group;
  {
    const std::lock_guard lock(mutex_);
    group = std::exchange(pending_, {});
  }
  last_commit_ = std::chrono::steady_clock::now();
  if (group.empty()) return;
  const auto write = [&](Catalogue& catalogue) {
    for (const Outcome& outcome : group) write_outcome(catalogue, outcome);
  };
  writer_.commit(write, LibraryWriter::Publish::when_due);
}

void IngestCrew::write_outcome(Catalogue& catalogue, const Outcome& outcome) {
  if (!outcome.failure.empty()) {
    catalogue.set_failure(outcome.file.path, outcome.failure);
    catalogue.mark_missing(outcome.file.path);  // the bytes that it had, if any, are gone
    return;
  }
  if (outcome.content) {
    catalogue.add_content(*outcome.content);
    near_duplicates_.record(catalogue, *outcome.content);
  }
  catalogue.set_path(outcome.file.path, {outcome.sha256, outcome.file.stamp, false});
  catalogue.remove_failure(outcome.file.path);
}

}  // namespace songscape
