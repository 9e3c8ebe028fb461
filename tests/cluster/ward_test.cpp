#include "cluster/ward.h"

#include <gtest/gtest.h>

#include <set>

#include "blobs.h"
#include "core/error.h"
#include "core/parallel.h"
#include "metrics/adjusted_rand.h"

namespace songscape {
namespace {

TEST(Ward, LabelsAndHeightsEqualScikitLearns) {
  for (const GoldenBlobs& b : golden_blobs()) {
    const WardTree tree = build_ward_tree(b.x);
    EXPECT_DOUBLE_EQ(adjusted_rand_index(b.ward, cut_ward_tree(tree, b.k)), 1) << b.name;
    const Matrix heights = read_npy_matrix(kClusterGolden / (b.name + "_heights.npy"));
    ASSERT_EQ(static_cast<int64_t>(tree.merges.size()), heights.n_rows);
    for (size_t i = 0; i < tree.merges.size(); ++i)
      ASSERT_NEAR(tree.merges[i].height, heights.values[i], 1e-6 * heights.values[i]) << b.name << " merge " << i;
  }
}

TEST(Ward, IsAsWorkedByHand) {
  Matrix x(4, 1);
  x.values = {0, 1, 5, 7};
  const WardTree tree = build_ward_tree(x);
  ASSERT_EQ(tree.merges.size(), 3u);
  EXPECT_EQ(tree.merges[0].left, 0);
  EXPECT_EQ(tree.merges[0].right, 1);
  EXPECT_DOUBLE_EQ(tree.merges[0].height, 1);
  EXPECT_DOUBLE_EQ(tree.merges[1].height, 2);
  EXPECT_EQ(tree.merges[2].left, 4);
  EXPECT_EQ(tree.merges[2].right, 5);
  EXPECT_DOUBLE_EQ(tree.merges[2].height, std::sqrt(2 * 2 * 2 / 4.0) * 5.5);
  EXPECT_EQ(cut_ward_tree(tree, 1), (std::vector<int32_t>{0, 0, 0, 0}));
  EXPECT_EQ(cut_ward_tree(tree, 2), (std::vector<int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(cut_ward_tree(tree, 3), (std::vector<int32_t>{0, 0, 1, 2}));
  EXPECT_EQ(cut_ward_tree(tree, 4), (std::vector<int32_t>{0, 1, 2, 3}));
}

TEST(Ward, HeightsNeverFallAndEveryCutNests) {
  const Matrix x = clouds(300, 20, 6, 1);
  const WardTree tree = build_ward_tree(x);
  for (size_t i = 1; i < tree.merges.size(); ++i) EXPECT_GE(tree.merges[i].height, tree.merges[i - 1].height);
  EXPECT_EQ(tree.merges.back().size, 300);
  std::vector<int32_t> coarser = cut_ward_tree(tree, 1);
  for (int64_t k = 2; k <= 300; ++k) {
    const std::vector<int32_t> finer = cut_ward_tree(tree, k);
    std::set<std::pair<int32_t, int32_t>> pairs;
    for (size_t i = 0; i < finer.size(); ++i) pairs.emplace(finer[i], coarser[i]);
    ASSERT_EQ(static_cast<int64_t>(pairs.size()), k) << "each cluster lies in one cluster of the cut above";
    coarser = finer;
  }
}

TEST(Ward, DuplicatesMergeFirstAtHeightZero) {
  Matrix x = clouds(60, 3, 2, 3);
  for (int64_t i = 0; i < 30; ++i) std::copy_n(x.row(i).begin(), 3, x.row(i + 30).begin());
  const WardTree tree = build_ward_tree(x);
  for (size_t i = 0; i < 30; ++i) EXPECT_EQ(tree.merges[i].height, 0);
  EXPECT_GT(tree.merges[30].height, 0);
  const WardTree same = build_ward_tree(Matrix(50, 3, 2.0f));
  EXPECT_EQ(same.merges.back().height, 0);
  EXPECT_EQ(same.merges.back().size, 50);
}

TEST(Ward, OfOneRowHasNoMerge) {
  const WardTree tree = build_ward_tree(Matrix(1, 4));
  EXPECT_TRUE(tree.merges.empty());
  EXPECT_EQ(cut_ward_tree(tree, 1), std::vector<int32_t>{0});
  EXPECT_THROW(cut_ward_tree(tree, 2), Error);
}

TEST(Ward, RefusesMoreRowsThanMemoryHolds) {
  try {
    build_ward_tree(MatrixView{nullptr, 1 << 20, 4});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace songscape
