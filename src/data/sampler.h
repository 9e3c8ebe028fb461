// The order in which rows train: a pure function of (seed, epoch, step, rank), so a resumed run needs no stored state.
#pragma once

#include <cstdint>
#include <vector>

namespace songscape {

class Sampler {
 public:
  struct Options {
    int64_t batch = 16;
    uint64_t seed = 0;
    int64_t rank = 0;     // of this process
    int64_t n_ranks = 1;  // processes that share an epoch
  };
  // rows: what trains; batch ≥ 1.  The rows of an epoch are a fresh permutation; the last batch may be shorter, but a
  // batch of one song alone is dropped where there are others (batch normalisation cannot use it).
  Sampler(std::vector<int64_t> rows, const Options& options);

  int64_t n_steps() const;  // a epoch
  std::vector<int64_t> batch_rows(int64_t epoch, int64_t step) const;

 private:
  const std::vector<int64_t>& order(int64_t epoch) const;
  std::vector<int64_t> rows_;
  Options options_;
  mutable int64_t ordered_epoch_ = -1;
  mutable std::vector<int64_t> order_;
};

// `rows` cut into batches in their own order, for validation and encoding.
std::vector<std::vector<int64_t>> batches_of(const std::vector<int64_t>& rows, int64_t batch);

}  // namespace songscape
