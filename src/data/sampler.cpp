#include "data/sampler.h"

#include <algorithm>

#include "core/error.h"
#include "core/random.h"

namespace songscape {

Sampler::Sampler(std::vector<int64_t> rows, const Options& options) : rows_(std::move(rows)), options_(options) {
  check(!rows_.empty(), "there are rows to sample");
  check(options.batch >= 1 && options.n_ranks >= 1 && options.rank >= 0 && options.rank < options.n_ranks,
        "a batch of at least one row, a rank among its ranks");
}

int64_t Sampler::n_steps() const {
  const auto n = static_cast<int64_t>(rows_.size());
  const int64_t n_a_step = options_.batch * options_.n_ranks, rest = n % n_a_step;
  // A rest that gives some rank one song or none is left for another epoch's order.
  const bool keeps_rest = n < n_a_step || rest / options_.n_ranks >= 2;
  return n / n_a_step + (rest > 0 && keeps_rest ? 1 : 0);
}

const std::vector<int64_t>& Sampler::order(int64_t epoch) const {
  if (ordered_epoch_ != epoch) {
    order_ = rows_;
    Random random(options_.seed, stream_id("sampler", static_cast<uint64_t>(epoch)));
    random.shuffle(order_);
    ordered_epoch_ = epoch;
  }
  return order_;
}

std::vector<int64_t> Sampler::batch_rows(int64_t epoch, int64_t step) const {
  check(epoch >= 0 && step >= 0 && step < n_steps(), "a step of the epoch");
  const std::vector<int64_t>& all = order(epoch);
  const auto n = static_cast<int64_t>(all.size());
  const int64_t n_a_step = options_.batch * options_.n_ranks;
  std::vector<int64_t> rows;
  // Rows are dealt to the ranks in turn, so a short last step is short for all.
  for (int64_t i = step * n_a_step + options_.rank; i < std::min(n, (step + 1) * n_a_step); i += options_.n_ranks)
    rows.push_back(all[static_cast<size_t>(i)]);
  return rows;
}

std::vector<std::vector<int64_t>> batches_of(const std::vector<int64_t>& rows, int64_t batch) {
  check(batch >= 1, "a batch of at least one row");
  std::vector<std::vector<int64_t>> batches;
  for (size_t i = 0; i < rows.size(); i += static_cast<size_t>(batch))
    batches.emplace_back(
        rows.begin() + static_cast<std::ptrdiff_t>(i),
        rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), i + static_cast<size_t>(batch))));
  return batches;
}

}  // namespace songscape
