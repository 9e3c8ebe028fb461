#include "metrics/clustering_scores.h"

#include <vector>

#include "metrics/adjusted_rand.h"
#include "metrics/calinski_harabasz.h"
#include "metrics/davies_bouldin.h"
#include "metrics/mutual_information.h"
#include "metrics/purity.h"
#include "metrics/silhouette.h"

namespace songscape {

ClusteringScores score_clustering(MatrixView x, std::span<const int32_t> predicted, std::span<const int32_t> truth) {
  ClusteringScores out{.silhouette = silhouette(x, predicted),
                       .calinski_harabasz = calinski_harabasz(x, predicted),
                       .davies_bouldin = davies_bouldin(x, predicted)};
  check(truth.empty() || truth.size() == predicted.size(), "every row has a label, or none has");
  std::vector<int32_t> known_truth, known_predicted;
  for (size_t i = 0; i < truth.size(); ++i)
    if (truth[i] >= 0) {
      known_truth.push_back(truth[i]);
      known_predicted.push_back(predicted[i]);
    }
  if (known_truth.empty()) return out;
  out.ari = adjusted_rand_index(known_truth, known_predicted);
  out.nmi = normalised_mutual_information(known_truth, known_predicted);
  out.purity = purity(known_truth, known_predicted);
  return out;
}

}  // namespace songscape
