// The next batch, read while the current one trains.
#pragma once

#include <future>
#include <span>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"

namespace songscape {

// Rows of a source as a batch; n_valid_frames stays undefined where no row is padded.  labels: a class for each row of
// the source, or empty; the batch then has none.
Batch read_batch(const BatchSource& source, const std::vector<int64_t>& rows, std::span<const int64_t> labels = {});

class Prefetcher {
 public:
  explicit Prefetcher(const BatchSource& source, std::span<const int64_t> labels = {})
      : source_(source), labels_(labels) {}
  ~Prefetcher();
  // Starts reading on a thread of its own.  One batch at a time.
  void request(std::vector<int64_t> rows);
  // Waits for what was requested; a damaged row's Error comes out here.
  Batch take();

 private:
  const BatchSource& source_;
  std::span<const int64_t> labels_;
  std::future<Batch> next_;
};

}  // namespace songscape
