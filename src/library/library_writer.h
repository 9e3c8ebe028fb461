// The one writer of a library: its lock, catalogue, segments and index, kept in step.
//
// A commit writes in this order: segments synced, catalogue (one transaction that names the synced lengths), index.
// Killed at any moment, the next writer finds at most segments longer than the catalogue says, which it cuts, and a
// catalogue one generation ahead of the index, which it publishes.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/file.h"
#include "data/segment_writer.h"
#include "library/catalogue.h"

namespace songscape {

struct LibrarySettings {
  std::string mel_reference = "full-scale";  // or "clip"
  std::string excerpts = "middle";           // "all" or a number
  bool operator==(const LibrarySettings&) const = default;
};

class LibraryWriter {
 public:
  // `create`: made where there is none, with `settings`.  Error `locked` naming the holder; `usage` where the folder
  // holds something else; `damaged` where catalogue, index and segments are not of one copy.
  LibraryWriter(const std::filesystem::path& library, bool create, const LibrarySettings& settings);

  Catalogue& catalogue() { return *catalogue_; }
  SegmentWriter& segments() { return *segments_; }
  const std::filesystem::path& path() const { return path_; }
  LibrarySettings settings() const;

  // Runs `change` in the transaction of a group commit.  The index follows when `publish` is always, or when it is
  // time: publishing takes a twentieth of the time at most.
  enum class Publish { when_due, always };
  void commit(const std::function<void(Catalogue&)>& change, Publish publish);
  // False where commits, of this writer or one that was killed, wait for an index.
  bool is_published() const { return is_published_; }

 private:
  void check_generations();
  void check_tails(const std::string& id, uint64_t known) const;
  std::optional<std::string> id_of_index(uint64_t generation, std::optional<Error>& fault) const;
  void publish_current();
  std::filesystem::path path_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<SegmentWriter> segments_;
  uint64_t published_ = 0;  // 0: no index yet
  bool is_published_ = false;
  std::chrono::steady_clock::time_point publish_due_{};
};

// True where `library` looks like a library, whole or not.
bool is_library(const std::filesystem::path& library);

}  // namespace songscape
