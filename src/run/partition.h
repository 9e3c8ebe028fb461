// The clusterers that a model in training may ask for (nn/partition.h).
#pragma once

#include "nn/partition.h"

namespace songscape {

// "graph": one of graph_partition.h; "kmeans": the best of n_starts by inertia; "gmm": diagonal mixture, the best of
// n_starts by likelihood, its responsibilities.
at::Tensor partition(const at::Tensor& points, const PartitionRequest& request);

}  // namespace songscape
