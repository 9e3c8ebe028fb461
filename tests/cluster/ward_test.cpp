#include "cluster/ward.h"

#include <gtest/gtest.h>

#include <set>

#include "blobs.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/vector_width.h"
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

// Heights of merging the two nearest clusters again and again.
std::vector<double> greedy_heights(const Matrix& x) {
  struct Cluster {
    std::vector<double> mean;
    double size = 1;
  };
  std::vector<Cluster> clusters;
  for (int64_t i = 0; i < x.n_rows; ++i) clusters.push_back({.mean = {x.row(i).begin(), x.row(i).end()}});
  const auto squared = [](const Cluster& a, const Cluster& b) {
    double sum = 0;
    for (size_t j = 0; j < a.mean.size(); ++j) sum += (a.mean[j] - b.mean[j]) * (a.mean[j] - b.mean[j]);
    return 2 * a.size * b.size / (a.size + b.size) * sum;
  };
  std::vector<double> out;
  while (clusters.size() > 1) {
    size_t left = 0, right = 1;
    for (size_t i = 0; i < clusters.size(); ++i)
      for (size_t j = i + 1; j < clusters.size(); ++j)
        if (squared(clusters[i], clusters[j]) < squared(clusters[left], clusters[right])) left = i, right = j;
    Cluster &a = clusters[left], &b = clusters[right];
    out.push_back(std::sqrt(squared(a, b)));
    for (size_t j = 0; j < a.mean.size(); ++j)
      a.mean[j] = (a.size * a.mean[j] + b.size * b.mean[j]) / (a.size + b.size);
    a.size += b.size;
    clusters.erase(clusters.begin() + static_cast<int64_t>(right));
  }
  return out;
}

TEST(Ward, IsThatOfMergingTheNearestAgainAndAgainAtEveryWidth) {
  const Matrix spread = clouds(150, 7, 4, 1), noise = clouds(120, 40, 1, 0);
  for (const Matrix* x : {&spread, &noise}) {
    const std::vector<double> wanted = greedy_heights(*x);
    for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
      limit_vector_width(width);
      const WardTree tree = build_ward_tree(*x);
      ASSERT_EQ(tree.merges.size(), wanted.size());
      for (size_t i = 0; i < wanted.size(); ++i) ASSERT_NEAR(tree.merges[i].height, wanted[i], 1e-6 * wanted[i]) << i;
    }
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST(Ward, IsEqualOnAnyNumberOfThreads) {
  const Matrix x = clouds(3000, 10, 5, .5);
  set_worker_threads(1);
  const WardTree one = build_ward_tree(x);
  set_worker_threads(3);
  const WardTree three = build_ward_tree(x);
  set_worker_threads(available_cores());
  for (size_t i = 0; i < one.merges.size(); ++i) {
    ASSERT_EQ(one.merges[i].left, three.merges[i].left);
    ASSERT_EQ(one.merges[i].right, three.merges[i].right);
    ASSERT_EQ(one.merges[i].height, three.merges[i].height);
  }
}

TEST(Ward, OfRowsAsFarFromEachOtherMakesAWholeTree) {
  Matrix corners(64, 64);
  for (int64_t i = 0; i < 64; ++i) corners(i, i) = 1;
  const WardTree tree = build_ward_tree(corners);
  EXPECT_EQ(tree.merges.back().size, 64);
  EXPECT_NEAR(tree.merges.front().height, std::sqrt(2.0), 1e-6);
}

TEST(Ward, OfSomeEqualRowsAmongOthersMakesAWholeTree) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(seed);
    Matrix x(24, 2);
    for (int64_t i = 0; i < 24; ++i)
      for (float& v : x.row(i)) v = i < 15 ? static_cast<float>(random.normal()) : 5;
    EXPECT_EQ(build_ward_tree(x).merges.size(), 23u) << "seed " << seed;
  }
}

TEST(Ward, OfOneRowHasNoMerge) {
  const WardTree tree = build_ward_tree(Matrix(1, 4));
  EXPECT_TRUE(tree.merges.empty());
  EXPECT_EQ(cut_ward_tree(tree, 1), std::vector<int32_t>{0});
  EXPECT_THROW(cut_ward_tree(tree, 2), Error);
}

TEST(Ward, RefusesMoreRowsThanItCanServe) {
  try {
    build_ward_tree(MatrixView{nullptr, 1 << 20, 4});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace songscape
