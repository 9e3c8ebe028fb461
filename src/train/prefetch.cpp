#include "train/prefetch.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/parallel.h"

namespace songscape {

Batch read_batch(const BatchSource& source, const std::vector<int64_t>& rows, std::span<const int64_t> labels,
                 bool is_pinned) {
  std::vector<int64_t> shape = source.item_shape();
  const int64_t n_frames = shape.back();
  shape.insert(shape.begin(), static_cast<int64_t>(rows.size()));
  Batch batch;
  batch.x = at::empty(shape, at::TensorOptions(at::kFloat).pinned_memory(is_pinned));
  std::vector<int32_t> n_valid(rows.size());
  source.read(rows, batch.x.data_ptr<float>(), n_valid.data());
  if (std::any_of(n_valid.begin(), n_valid.end(), [&](int32_t n) { return n < n_frames; }))
    batch.n_valid_frames = at::tensor(std::vector<int64_t>(n_valid.begin(), n_valid.end()), at::kLong);
  if (!labels.empty()) {
    std::vector<int64_t> own;
    for (const int64_t row : rows) own.push_back(labels[static_cast<size_t>(row)]);
    batch.labels = at::tensor(own, at::kLong);
  }
  return batch;
}

BatchSequence in_order(const std::vector<std::vector<int64_t>>& batches, std::span<const int64_t> labels,
                       bool is_pinned) {
  return {.first = 0,
          .last = static_cast<int64_t>(batches.size()),
          .rows = [&batches](int64_t i) { return batches[static_cast<size_t>(i)]; },
          .labels = labels,
          .is_pinned = is_pinned};
}

int default_readers() { return std::clamp(available_cores() / 2, 2, 8); }

Prefetcher::Prefetcher(const BatchSource& source, BatchSequence sequence, int n_workers)
    : source_(source),
      sequence_(std::move(sequence)),
      n_workers_(static_cast<size_t>(n_workers)),
      next_(sequence_.first) {
  check(n_workers >= 1, "a worker reads");
  read_on();
}

void Prefetcher::read_on() {
  for (; ahead_.size() < n_workers_ && next_ < sequence_.last; ++next_) {
    std::vector<int64_t> rows = sequence_.rows(next_);
    auto batch = std::async(std::launch::async,
                            [this, rows] { return read_batch(source_, rows, sequence_.labels, sequence_.is_pinned); });
    ahead_.push_back({std::move(rows), std::move(batch)});
  }
}

Prefetcher::Read Prefetcher::take() {
  check(has_more(), "a batch is left");
  const int64_t place = next_ - static_cast<int64_t>(ahead_.size());
  Ahead a = std::move(ahead_.front());
  ahead_.pop_front();
  const auto start = std::chrono::steady_clock::now();
  a.batch.wait();
  waited_sec_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  read_on();
  try {
    return {std::move(a.rows), a.batch.get()};
  } catch (const Error& e) {
    ErrorParts parts = e.parts();
    const std::string batch = "batch " + std::to_string(place + 1) + " of " + std::to_string(sequence_.last);
    parts.where += parts.where.empty() ? batch : ", in " + batch;
    throw Error(e.exit_code(), parts);
  }
}

}  // namespace songscape
