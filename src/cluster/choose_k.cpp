#include "cluster/choose_k.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "cluster/ward.h"
#include "core/random.h"
#include "metrics/silhouette.h"

namespace songscape {
namespace {

constexpr int64_t kMostScoredRows = 5000;

// The rows silhouettes are taken on.
std::vector<int64_t> scored_rows(int64_t n_rows, uint64_t seed) {
  Random random(seed, stream_id("choose_k"));
  std::vector<int64_t> rows = permutation(n_rows, random);
  rows.resize(static_cast<size_t>(std::min(n_rows, kMostScoredRows)));
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<int32_t> select(const std::vector<int32_t>& labels, const std::vector<int64_t>& rows) {
  std::vector<int32_t> out;
  for (const int64_t i : rows) out.push_back(labels[static_cast<size_t>(i)]);
  return out;
}

}  // namespace

KChoice choose_k(ClusterAlgorithm algorithm, MatrixView x, const KRange& range, uint64_t seed) {
  check(x.n_rows > 0 && range.least >= 1, "K is chosen for rows, from 1 or more");
  const int64_t most = range.most > 0 ? range.most : std::max<int64_t>(2, std::min<int64_t>(60, x.n_rows / 4));
  const std::vector<int64_t> rows = scored_rows(x.n_rows, seed);
  const Matrix scored = select_rows(x, rows);
  std::optional<WardTree> tree;
  if (algorithm == ClusterAlgorithm::ward) tree = build_ward_tree(x);
  const auto fit = [&](int64_t k) {
    return tree ? cut_into_clusters(*tree, x, k) : fit_clusters(algorithm, x, k, seed);
  };
  KChoice out;
  double best = -std::numeric_limits<double>::infinity();
  for (int64_t k = range.least; k <= std::min(most, x.n_rows); ++k) {
    Clustering clustering = fit(k);
    if (clustering.k() < k) break;  // no more distinct rows
    const double score = silhouette(scored, select(clustering.labels, rows));
    if (std::isnan(score)) continue;
    out.silhouette_of_k.emplace_back(k, score);
    if (score <= best) continue;
    best = score;
    out.k = k;
    out.clustering = std::move(clustering);
  }
  if (out.silhouette_of_k.empty()) out.clustering = fit(1);
  return out;
}

}  // namespace songscape
