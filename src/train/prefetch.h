// The next batch, read while the current one trains.
#pragma once

#include <future>
#include <span>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"

namespace songscape {

// Rows of a source as a batch; n_valid_frames stays undefined where no row is padded.  labels: a class for each row of
// the source, or empty; the batch then has none.  is_pinned: in memory that a GPU copies from by itself; asked for with
// a GPU alone.
Batch read_batch(const BatchSource& source, const std::vector<int64_t>& rows, std::span<const int64_t> labels = {},
                 bool is_pinned = false);

class Prefetcher {
 public:
  // device: the one that the batches will be copied to.
  explicit Prefetcher(const BatchSource& source, std::span<const int64_t> labels = {}, at::Device device = at::kCPU)
      : source_(source), labels_(labels), is_pinned_(device.is_cuda()) {}
  ~Prefetcher();
  // Starts reading on a thread of its own.  One batch at a time.
  void request(std::vector<int64_t> rows);
  // Waits for what was requested; a damaged row's Error comes out here.
  Batch take();

 private:
  const BatchSource& source_;
  std::span<const int64_t> labels_;
  bool is_pinned_;
  std::future<Batch> next_;
};

}  // namespace songscape
