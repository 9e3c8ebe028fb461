#include "train/prefetch.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "core/error.h"

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

Prefetcher::~Prefetcher() {
  if (next_.valid()) next_.wait();
}

void Prefetcher::request(std::vector<int64_t> rows) {
  check(!next_.valid(), "one batch is read ahead at a time");
  next_ = std::async(std::launch::async,
                     [this, r = std::move(rows)] { return read_batch(source_, r, labels_, is_pinned_); });
}

Batch Prefetcher::take() {
  check(next_.valid(), "a batch was requested");
  return next_.get();
}

}  // namespace songscape
