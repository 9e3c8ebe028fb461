// The clusterers behind one face, so that commands and tables of controls can loop over them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct GaussianMixture;
struct WardTree;

enum class ClusterAlgorithm { kmeans, ward, gmm };
inline constexpr ClusterAlgorithm kAllClusterAlgorithms[] = {ClusterAlgorithm::kmeans, ClusterAlgorithm::ward,
                                                             ClusterAlgorithm::gmm};
std::string_view cluster_algorithm_name(ClusterAlgorithm algorithm);  // "kmeans", "ward", "gmm"
// The algorithms that "kmeans", "ward", "gmm" or "all" names; Error `usage` names the nearest.
std::vector<ClusterAlgorithm> parse_cluster_algorithms(std::string_view name);

struct Clustering {
  ClusterAlgorithm algorithm = ClusterAlgorithm::kmeans;
  std::vector<int32_t> labels;                     // of the fitted rows, 0 … k − 1; only gmm may leave some unused
  Matrix centres;                                  // [k × d]
  std::shared_ptr<const GaussianMixture> mixture;  // gmm only

  int64_t k() const { return centres.n_rows; }
};

// x: at least one row, finite.  1 ≤ k; it is lowered to the number of distinct rows where there are fewer.
// Depends on x, k and seed only, not on threads.
Clustering fit_clusters(ClusterAlgorithm algorithm, MatrixView x, int64_t k, uint64_t seed);

// The same from a tree that is there already (kmeans and gmm have nothing to share between values of k).
Clustering cut_into_clusters(const WardTree& tree, MatrixView x, int64_t k);

// Labels of other rows (or the same): the nearest centre, for gmm the likeliest component.
std::vector<int32_t> assign_clusters(const Clustering& clustering, MatrixView x);

}  // namespace songscape
