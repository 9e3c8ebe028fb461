#include "metrics/contingency.h"

#include <algorithm>

#include "core/error.h"

namespace songscape {

Relabelled relabel(std::span<const int32_t> labels) {
  Relabelled out;
  out.values.assign(labels.begin(), labels.end());
  std::sort(out.values.begin(), out.values.end());
  out.values.erase(std::unique(out.values.begin(), out.values.end()), out.values.end());
  for (const int32_t l : labels)
    out.label.push_back(
        static_cast<int32_t>(std::lower_bound(out.values.begin(), out.values.end(), l) - out.values.begin()));
  return out;
}

Contingency contingency(std::span<const int32_t> truth, std::span<const int32_t> predicted) {
  check(truth.size() == predicted.size(), "both labellings are of the same rows");
  Relabelled classes = relabel(truth), clusters = relabel(predicted);
  const size_t n_clusters = clusters.values.size();
  Contingency out;
  out.n_rows = static_cast<int64_t>(truth.size());
  out.counts.assign(classes.values.size() * n_clusters, 0);
  out.class_sizes.assign(classes.values.size(), 0);
  out.cluster_sizes.assign(n_clusters, 0);
  for (size_t i = 0; i < truth.size(); ++i) {
    const size_t c = static_cast<size_t>(classes.label[i]), k = static_cast<size_t>(clusters.label[i]);
    ++out.counts[c * n_clusters + k];
    ++out.class_sizes[c];
    ++out.cluster_sizes[k];
  }
  out.classes = std::move(classes.values);
  out.clusters = std::move(clusters.values);
  return out;
}

}  // namespace songscape
