// How a model asks for a partition of its latents without knowing how one is made: clusterers stand above `nn` and
// below `run`, which hands one in (run/partition.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>

#include "core/config.h"

namespace songscape {

inline OneOf partition_methods() { return {"graph", "gmm", "kmeans"}; }

struct PartitionRequest {
  std::string method;
  int64_t k = 0;
  int64_t n_starts = 1;  // of gmm and kmeans; the best one by their own objective is kept
  uint64_t seed = 0;
};

// points: [n, d] f32 → [n, k] f32: the share of each cluster in each row, rows sum to 1.
using Partitioner = std::function<at::Tensor(const at::Tensor& points, const PartitionRequest& request)>;

}  // namespace songscape
