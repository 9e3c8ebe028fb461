#include "cluster/clusterer.h"

#include <algorithm>

#include "cluster/gaussian_mixture.h"
#include "cluster/kmeans.h"
#include "cluster/ward.h"
#include "core/text.h"

namespace songscape {
namespace {

Matrix means_of(MatrixView x, const std::vector<int32_t>& labels, int64_t k) {
  std::vector<double> sums(static_cast<size_t>(k * x.n_cols), 0), sizes(static_cast<size_t>(k), 0);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const int64_t c = labels[static_cast<size_t>(i)];
    ++sizes[static_cast<size_t>(c)];
    for (int64_t j = 0; j < x.n_cols; ++j) sums[static_cast<size_t>(c * x.n_cols + j)] += x(i, j);
  }
  Matrix out(k, x.n_cols);
  for (int64_t c = 0; c < k; ++c)
    for (int64_t j = 0; j < x.n_cols; ++j)
      out(c, j) = static_cast<float>(sums[static_cast<size_t>(c * x.n_cols + j)] / sizes[static_cast<size_t>(c)]);
  return out;
}

}  // namespace

std::string_view cluster_algorithm_name(ClusterAlgorithm algorithm) {
  switch (algorithm) {
    case ClusterAlgorithm::kmeans:
      return "kmeans";
    case ClusterAlgorithm::ward:
      return "ward";
    case ClusterAlgorithm::gmm:
      return "gmm";
  }
  return "";
}

std::vector<ClusterAlgorithm> parse_cluster_algorithms(std::string_view name) {
  if (name == "all") return {std::begin(kAllClusterAlgorithms), std::end(kAllClusterAlgorithms)};
  for (const ClusterAlgorithm a : kAllClusterAlgorithms)
    if (cluster_algorithm_name(a) == name) return {a};
  const auto nearest = nearest_name(name, {"kmeans", "ward", "gmm", "all"});
  fail(ExitCode::usage, {.what = "unknown clustering algorithm",
                         .where = "--algorithm",
                         .seen = escape_for_terminal(name),
                         .wanted = "kmeans, ward, gmm or all",
                         .fix = nearest ? "did you mean " + *nearest + "?" : ""});
}

Clustering fit_clusters(ClusterAlgorithm algorithm, MatrixView x, int64_t k, uint64_t seed) {
  check(x.n_rows > 0 && k >= 1, "a clustering has rows and clusters");
  if (algorithm == ClusterAlgorithm::ward) return cut_into_clusters(build_ward_tree(x), x, k);
  if (algorithm == ClusterAlgorithm::kmeans) {
    KMeans fit = fit_kmeans(x, {.k = k, .seed = seed});
    return {.algorithm = algorithm, .labels = std::move(fit.labels), .centres = std::move(fit.centres), .mixture = {}};
  }
  const auto mixture = std::make_shared<const GaussianMixture>(fit_gaussian_mixture(x, {.k = k, .seed = seed}));
  return {.algorithm = algorithm,
          .labels = likeliest_component(*mixture, x),
          .centres = mixture->means,
          .mixture = mixture};
}

Clustering cut_into_clusters(const WardTree& tree, MatrixView x, int64_t k) {
  const int64_t n_distinct =
      1 + std::count_if(tree.merges.begin(), tree.merges.end(), [](const WardMerge& m) { return m.height > 0; });
  k = std::min(k, n_distinct);
  std::vector<int32_t> labels = cut_ward_tree(tree, k);
  Matrix centres = means_of(x, labels, k);
  return {
      .algorithm = ClusterAlgorithm::ward, .labels = std::move(labels), .centres = std::move(centres), .mixture = {}};
}

std::vector<int32_t> assign_clusters(const Clustering& clustering, MatrixView x) {
  return clustering.mixture ? likeliest_component(*clustering.mixture, x) : nearest_centre(x, clustering.centres);
}

}  // namespace songscape
