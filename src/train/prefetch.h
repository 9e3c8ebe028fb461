// Batches read ahead, by several workers, while earlier ones train.
#pragma once

#include <deque>
#include <functional>
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

// Batches first … last − 1 of a sequence whose rows are known beforehand.
struct BatchSequence {
  int64_t first = 0, last = 0;
  std::function<std::vector<int64_t>(int64_t)> rows;  // of a batch; asked in order, on the taker's thread
  std::span<const int64_t> labels = {};               // as read_batch()'s
  bool is_pinned = false;                             // likewise
};
// All of `batches`, which must outlive the sequence.
BatchSequence in_order(const std::vector<std::vector<int64_t>>& batches, std::span<const int64_t> labels = {},
                       bool is_pinned = false);

// How many batches are read at once where nobody says: half the cores, from 2 to 8.
int default_readers();

// Gives a sequence's batches in their order, whatever the number of workers: each is a function of its rows alone.
class Prefetcher {
 public:
  // n_workers: batches that are read at once or wait to be taken, at least 1.  Reading starts here.
  // The destructor waits for what is being read; the rest of the sequence is never begun.
  Prefetcher(const BatchSource& source, BatchSequence sequence, int n_workers = default_readers());
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  bool has_more() const { return !ahead_.empty(); }
  struct Read {
    std::vector<int64_t> rows;
    Batch batch;
  };
  // The next batch.  An Error in reading it comes out here, after all batches before it, and names its number; those
  // behind it can still be taken.
  Read take();
  double waited_sec() const { return waited_sec_; }  // in take(), for batches that were not there yet

 private:
  struct Ahead {
    std::vector<int64_t> rows;
    std::future<Batch> batch;
  };
  void read_on();
  const BatchSource& source_;
  const BatchSequence sequence_;
  const size_t n_workers_;
  int64_t next_;             // to be read
  std::deque<Ahead> ahead_;  // a future of std::async waits where it goes
  double waited_sec_ = 0;
};

}  // namespace songscape
