// How often each class meets each cluster: what ARI, NMI, purity and confusion tables are made of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// Labels renumbered 0 … n_values − 1 in rising order of value.
struct Relabelled {
  std::vector<int32_t> label;
  std::vector<int32_t> values;  // the old label of each new one
};
Relabelled relabel(std::span<const int32_t> labels);

struct Contingency {
  std::vector<int32_t> classes, clusters;  // label values, rising
  std::vector<int64_t> counts;             // [classes × clusters]
  std::vector<int64_t> class_sizes, cluster_sizes;
  int64_t n_rows = 0;

  int64_t count(size_t class_index, size_t cluster_index) const {
    return counts[class_index * clusters.size() + cluster_index];
  }
};

// Any int32 values are labels; both spans have one length.
Contingency contingency(std::span<const int32_t> truth, std::span<const int32_t> predicted);

}  // namespace songscape
