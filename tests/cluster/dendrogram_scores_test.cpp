#include "cluster/dendrogram_scores.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/random.h"
#include "core/text.h"
#include "data/npy.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/cluster";

Matrix line(std::vector<float> values) {
  Matrix out(static_cast<int64_t>(values.size()), 1);
  out.values = std::move(values);
  return out;
}
const Matrix kPairs = line({0, 1, 10, 11.5f});  // 0 and 1 merge, then 2 and 3, then all

TEST(DendrogramPurity, IsAsWorkedByHand) {
  const WardTree tree = build_ward_tree(kPairs);
  EXPECT_EQ(dendrogram_purity(tree, std::vector<int32_t>{4, 4, 9, 9}), 1);
  // Pairs (0, 2) and (1, 3) meet at the root only, where each family is a half.
  EXPECT_NEAR(dendrogram_purity(tree, std::vector<int32_t>{0, 1, 0, 1}), .5, 1e-12);
  // (0, 1) in a branch of its own; (0, 3), (1, 3) at the root, with 3 of 4.
  EXPECT_NEAR(dendrogram_purity(tree, std::vector<int32_t>{0, 0, 1, 0}), (1 + .75 + .75) / 3, 1e-12);
  // Leaves without a family do not count: at the root 0 and 3 are the only ones.
  EXPECT_EQ(dendrogram_purity(tree, std::vector<int32_t>{0, -1, -1, 0}), 1);
}

TEST(DendrogramPurity, IsNanWhereNoTwoLeavesShareAFamily) {
  const WardTree tree = build_ward_tree(kPairs);
  EXPECT_TRUE(std::isnan(dendrogram_purity(tree, std::vector<int32_t>{0, 1, 2, 3})));
  EXPECT_TRUE(std::isnan(dendrogram_purity(tree, std::vector<int32_t>(4, -1))));
  EXPECT_TRUE(std::isnan(dendrogram_purity(build_ward_tree(line({1})), std::vector<int32_t>{0})));
  EXPECT_TRUE(std::isnan(dendrogram_purity_beside_chance(tree, std::vector<int32_t>{0, 1, 2, 3}).p_value));
}

TEST(DendrogramPurity, OfFamiliesAtRandomIsWhatChanceGives) {
  Random random(1);
  Matrix x(90, 4);
  std::vector<int32_t> family, none;
  for (int64_t i = 0; i < 90; ++i) {
    family.push_back(static_cast<int32_t>(i % 9));
    none.push_back(static_cast<int32_t>(random.below(9)));
    for (int64_t j = 0; j < 4; ++j) x(i, j) = static_cast<float>(random.normal() + 3 * std::sin(1.0 + i % 9 * (j + 1)));
  }
  const WardTree tree = build_ward_tree(x);
  const DendrogramPurity found = dendrogram_purity_beside_chance(tree, family, 200);
  EXPECT_GT(found.purity, found.null_mean + 5 * found.null_sd);
  EXPECT_NEAR(found.p_value, 1 / 201., 1e-12);
  const DendrogramPurity chance = dendrogram_purity_beside_chance(tree, none, 200);
  EXPECT_NEAR(chance.purity, chance.null_mean, 4 * chance.null_sd);
  EXPECT_GT(chance.p_value, 1 / 201.);
}

TEST(DendrogramScores, GoldenEqualSciPys) {
  for (const auto& row : read_csv(kGolden / "dendrogram.csv").rows) {
    const Matrix all = read_npy_matrix(kGolden / (row[0] + "_x.npy"));
    Matrix x(60, all.n_cols);
    std::copy_n(all.values.begin(), x.values.size(), x.values.begin());
    const std::vector<int64_t> labels = NpyFile(kGolden / (row[0] + "_labels.npy")).read_integers();
    const std::vector<int32_t> families(labels.begin(), labels.begin() + 60);
    const WardTree tree = build_ward_tree(x);
    EXPECT_NEAR(cophenetic_correlation(tree, x), parse_number(row[1]).value(), 1e-6) << row[0];
    EXPECT_NEAR(dendrogram_purity(tree, families), parse_number(row[2]).value(), 1e-9) << row[0];
  }
}

TEST(CopheneticDistances, AreTheHeightsWherePairsMeet) {
  const WardTree tree = build_ward_tree(kPairs);
  const double top = tree.merges[2].height;
  EXPECT_EQ(cophenetic_distances(tree), (std::vector<double>{1, top, top, top, top, 1.5}));
  EXPECT_TRUE(cophenetic_distances(build_ward_tree(line({1}))).empty());
}

TEST(CopheneticCorrelation, IsNanForTwoRowsAndForEqualOnes) {
  EXPECT_TRUE(std::isnan(cophenetic_correlation(build_ward_tree(line({0, 1})), line({0, 1}))));
  EXPECT_TRUE(std::isnan(cophenetic_correlation(build_ward_tree(line({2, 2, 2, 2})), line({2, 2, 2, 2}))));
}

}  // namespace
}  // namespace songscape
