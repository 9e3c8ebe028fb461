// Every score against scikit-learn's (tools/make_metrics_golden.py).
#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/text.h"
#include "data/npy.h"
#include "metrics/clustering_scores.h"
#include "metrics/trustworthiness.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/metrics";

void expect_near_relative(double seen, const std::string& wanted, const std::string& what) {
  const double w = parse_number(wanted).value();
  EXPECT_NEAR(seen, w, 1e-6 * std::max(1.0, std::abs(w))) << what;
}

TEST(ClusteringScores, EqualScikitLearns) {
  const CsvTable table = read_csv(kGolden / "scores.csv");
  ASSERT_GE(table.rows.size(), 7u);
  for (const auto& row : table.rows) {
    const std::string& name = row[0];
    const Matrix x = read_npy_matrix(kGolden / (name + "_x.npy"));
    const std::vector<int64_t> labels = NpyFile(kGolden / (name + "_labels.npy")).read_integers();
    const auto middle = labels.begin() + x.n_rows;
    const std::vector<int32_t> predicted(middle, labels.end());
    std::vector<int32_t> truth(labels.begin(), middle);
    const ClusteringScores s = score_clustering(x, predicted, truth);
    expect_near_relative(s.silhouette, row[1], name + " silhouette");
    expect_near_relative(s.calinski_harabasz, row[2], name + " calinski_harabasz");
    expect_near_relative(s.davies_bouldin, row[3], name + " davies_bouldin");
    expect_near_relative(s.ari, row[4], name + " ari");
    expect_near_relative(s.nmi, row[5], name + " nmi");
    expect_near_relative(s.purity, row[6], name + " purity");
    if (!row[7].empty())
      expect_near_relative(trustworthiness(x, read_npy_matrix(kGolden / (name + "_map.npy"))), row[7],
                           name + " trustworthiness");
  }
}

TEST(ClusteringScores, RowsOfUnknownTruthCountForTheDistanceScoresOnly) {
  const Matrix x = read_npy_matrix(kGolden / "blobs_x.npy");
  std::vector<int32_t> predicted(static_cast<size_t>(x.n_rows)), truth(predicted.size(), -1);
  for (size_t i = 0; i < predicted.size(); ++i) predicted[i] = static_cast<int32_t>(i % 3);
  const ClusteringScores none = score_clustering(x, predicted, truth);
  EXPECT_TRUE(std::isnan(none.ari) && std::isnan(none.nmi) && std::isnan(none.purity));
  EXPECT_FALSE(std::isnan(none.silhouette));
  for (size_t i = 0; i < 50; ++i) truth[i] = predicted[i];
  EXPECT_DOUBLE_EQ(score_clustering(x, predicted, truth).ari, 1);
}

}  // namespace
}  // namespace songscape
