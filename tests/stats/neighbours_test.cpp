#include "stats/neighbours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "core/vector_width.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

Matrix cloud(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.below(50));  // whole numbers: ties, and exact distances
  return x;
}

TEST(Neighbours, AreThoseOfAPlainSort) {
  const Matrix reference = cloud(1300, 3, 1), queries = cloud(150, 3, 2);
  const Neighbours found = find_neighbours(reference, queries, 9);
  for (int64_t i = 0; i < queries.n_rows; ++i) {
    std::vector<std::pair<float, int32_t>> all;
    for (int64_t j = 0; j < reference.n_rows; ++j) {
      float squared = 0;
      for (int64_t k = 0; k < 3; ++k) squared += (queries(i, k) - reference(j, k)) * (queries(i, k) - reference(j, k));
      all.emplace_back(squared, static_cast<int32_t>(j));
    }
    std::sort(all.begin(), all.end());
    for (size_t j = 0; j < 9; ++j) {
      ASSERT_EQ(found.of(i)[j], all[j].second);
      ASSERT_FLOAT_EQ(found.distance(i, static_cast<int64_t>(j)), std::sqrt(all[j].first));
    }
  }
}

TEST(Neighbours, OfARowLeaveItselfOutButNotItsDuplicates) {
  Matrix x(4, 1);
  x.values = {5, 5, 5, 9};
  const Neighbours found = find_neighbours(x, 10);
  EXPECT_EQ(found.k, 3);
  EXPECT_EQ(std::vector<int32_t>(found.of(1).begin(), found.of(1).end()), (std::vector<int32_t>{0, 2, 3}));
  EXPECT_EQ(find_neighbours(Matrix(1, 2), 5).k, 0);
  EXPECT_EQ(find_neighbours(Matrix(0, 2), 5).n_rows, 0);
}

// By differences, as the search is in few columns.
std::vector<int32_t> plain_neighbours(const Matrix& x, int64_t row, int64_t k) {
  std::vector<float> squared(static_cast<size_t>(x.n_rows));
  squared_distances(rows_of(x, row, 1), x, squared.data());
  std::vector<std::pair<float, int32_t>> all;
  for (int64_t j = 0; j < x.n_rows; ++j)
    if (j != row) all.emplace_back(squared[static_cast<size_t>(j)], static_cast<int32_t>(j));
  std::sort(all.begin(), all.end());
  std::vector<int32_t> out;
  for (int64_t j = 0; j < k; ++j) out.push_back(all[static_cast<size_t>(j)].second);
  return out;
}

TEST(Neighbours, InManyColumnsAreThoseOfDifferencesAtEveryWidthNearAndFarAndWithDuplicates) {
  Random random(8);
  for (const float offset : {0.0f, 1000.0f}) {
    Matrix x(1500, 40);
    for (float& v : x.values) v = offset + static_cast<float>(random.normal());
    for (int64_t i = 0; i < 60; ++i) std::copy_n(x.row(7).begin(), 40, x.row(3 * i).begin());
    for (float& v : x.row(1400)) v *= 100;  // far away from all others
    for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
      limit_vector_width(width);
      const Neighbours found = find_neighbours(x, 12);
      for (int64_t i = 0; i < x.n_rows; i += 25)
        ASSERT_EQ(std::vector<int32_t>(found.of(i).begin(), found.of(i).end()), plain_neighbours(x, i, 12)) << i;
    }
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST(Neighbours, OfOtherRowsInManyColumnsAreThoseOfDifferencesAtEveryWidth) {
  const Matrix reference = cloud(1100, 33, 4), queries = cloud(205, 33, 5);
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
    limit_vector_width(width);
    const Neighbours found = find_neighbours(reference, queries, 9);
    std::vector<float> squared(static_cast<size_t>(reference.n_rows));
    for (int64_t i = 0; i < queries.n_rows; ++i) {
      squared_distances(rows_of(queries, i, 1), reference, squared.data());
      std::vector<std::pair<float, int32_t>> all;
      for (const float s : squared) all.emplace_back(s, static_cast<int32_t>(all.size()));
      std::sort(all.begin(), all.end());
      for (size_t j = 0; j < 9; ++j) ASSERT_EQ(found.of(i)[j], all[j].second) << i;
    }
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

class NeighboursOnThreads : public testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(InFewAndManyColumns, NeighboursOnThreads, testing::Values(5, 20));

TEST_P(NeighboursOnThreads, AreEqualOnAnyNumber) {
  const Matrix x = cloud(700, GetParam(), 3);
  set_worker_threads(1);
  const Neighbours one = find_neighbours(x, 7);
  set_worker_threads(4);
  const Neighbours four = find_neighbours(x, 7);
  set_worker_threads(available_cores());
  EXPECT_EQ(one.index, four.index);
  EXPECT_EQ(one.distance.values, four.distance.values);
}

Matrix uniform_rows(int64_t n, int64_t d) {
  Random random(6);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.uniform());
  return x;
}

TEST(NearNeighbours, OfFewRowsAreTheNearest) {
  const Matrix x = uniform_rows(500, 20);
  EXPECT_EQ(find_near_neighbours(x, 9).index, find_neighbours(x, 9).index);
}

TEST(NearNeighbours, OfManyRowsAreNearlyAlwaysTheNearestAndEqualOnAnyNumberOfThreads) {
  const Matrix x = uniform_rows(30100, 17);
  set_worker_threads(1);
  const Neighbours one = find_near_neighbours(x, 15);
  set_worker_threads(3);
  const Neighbours three = find_near_neighbours(x, 15);
  set_worker_threads(available_cores());
  EXPECT_EQ(one.index, three.index);
  EXPECT_GE(recall_of(one, x, 500), .98);
  for (int64_t i = 0; i < x.n_rows; i += 3000) {
    float squared = 0;
    squared_distances(rows_of(x, i, 1), rows_of(x, one.of(i)[3], 1), &squared);
    EXPECT_EQ(one.distance(i, 3), std::sqrt(squared));
  }
}

TEST(NearNeighbours, AreSoughtExactlyWhereRoundingWouldHideThem) {
  Matrix x = uniform_rows(30100, 16);
  for (int64_t i = 0; i < x.n_rows; ++i) x(i, 0) = 4000 * static_cast<float>(i % 2);
  EXPECT_GE(recall_of(find_near_neighbours(x, 15), x, 300), .98);
}

TEST(Recall, IsTheShareOfTheNearestThatWereFound) {
  const Matrix x = uniform_rows(200, 4);
  Neighbours found = find_neighbours(x, 4);
  EXPECT_EQ(recall_of(found, x, 200), 1);
  for (int64_t i = 0; i < x.n_rows; ++i) found.index[static_cast<size_t>(4 * i)] = static_cast<int32_t>(i);
  EXPECT_EQ(recall_of(found, x, 200), .75);
}

}  // namespace
}  // namespace songscape
