// Rows are put in order of cluster, so that the distances from one row to a cluster lie side by side and are added as
// vectors.
#include "metrics/silhouette.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "metrics/grouped_rows.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kRowBlock = 256;
constexpr int64_t kColumnBlock = 256;

struct Ordered {
  Matrix rows;                  // by cluster
  std::vector<int64_t> source;  // the row each came from
  std::vector<int64_t> starts;  // of each cluster's rows, and n at the end
};

Ordered order_by_cluster(MatrixView x, const GroupedRows& groups) {
  Ordered out;
  out.source.resize(groups.label.size());
  std::iota(out.source.begin(), out.source.end(), 0);
  std::stable_sort(out.source.begin(), out.source.end(), [&](int64_t a, int64_t b) {
    return groups.label[static_cast<size_t>(a)] < groups.label[static_cast<size_t>(b)];
  });
  out.rows = select_rows(x, out.source);
  out.starts.push_back(0);
  for (const int64_t size : groups.sizes) out.starts.push_back(out.starts.back() + size);
  return out;
}

// sums[i · n_groups + g]: the distances from row first + i to all rows of cluster g, added.
void add_distances(const Ordered& ordered, int64_t first, int64_t n, std::vector<double>& sums) {
  const size_t n_groups = ordered.starts.size() - 1;
  sums.assign(static_cast<size_t>(n) * n_groups, 0);
  std::vector<float> squared(static_cast<size_t>(n * kColumnBlock));
  size_t group = 0;
  for (int64_t column = 0; column < ordered.rows.n_rows; column += kColumnBlock) {
    const int64_t end = std::min(column + kColumnBlock, ordered.rows.n_rows);
    squared_distances(rows_of(ordered.rows, first, n), rows_of(ordered.rows, column, end - column), squared.data());
    for (int64_t from = column; from < end;) {
      while (ordered.starts[group + 1] <= from) ++group;
      const int64_t to = std::min(end, ordered.starts[group + 1]);
      for (int64_t i = 0; i < n; ++i)
        sums[static_cast<size_t>(i) * n_groups + group] +=
            sum_of_roots({squared.data() + i * (end - column) + (from - column), static_cast<size_t>(to - from)});
      from = to;
    }
  }
}

double silhouette_of(std::span<const double> sums, const std::vector<int64_t>& sizes, size_t own) {
  if (sizes[own] == 1) return 0;
  const double inside = sums[own] / static_cast<double>(sizes[own] - 1);
  double outside = std::numeric_limits<double>::infinity();
  for (size_t g = 0; g < sums.size(); ++g)
    if (g != own) outside = std::min(outside, sums[g] / static_cast<double>(sizes[g]));
  const double larger = std::max(inside, outside);
  return larger > 0 ? (outside - inside) / larger : 0;
}

}  // namespace

std::vector<double> silhouette_samples(MatrixView x, std::span<const int32_t> labels) {
  const GroupedRows groups = group_rows(x, labels);
  if (!groups.is_scorable()) return {};
  const Ordered ordered = order_by_cluster(x, groups);
  const size_t n_groups = groups.sizes.size();
  std::vector<double> out(labels.size());
  for_each_block(x.n_rows, kRowBlock, [&](int64_t first, int64_t n) {
    std::vector<double> sums;
    add_distances(ordered, first, n, sums);
    for (int64_t i = 0; i < n; ++i) {
      const size_t source = static_cast<size_t>(ordered.source[static_cast<size_t>(first + i)]);
      out[source] = silhouette_of(std::span(sums).subspan(static_cast<size_t>(i) * n_groups, n_groups), groups.sizes,
                                  static_cast<size_t>(groups.label[source]));
    }
  });
  return out;
}

double silhouette(MatrixView x, std::span<const int32_t> labels) {
  const std::vector<double> samples = silhouette_samples(x, labels);
  if (samples.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
}

}  // namespace songscape
