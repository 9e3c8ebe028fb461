#include "stats/pairwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

Matrix random_matrix(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

struct Sizes {
  int64_t n_a, n_b, d;
};
class Pairwise : public testing::TestWithParam<std::tuple<Sizes, VectorWidth>> {};

TEST_P(Pairwise, EqualsThePlainLoops) {
  const auto [n_a, n_b, d] = std::get<0>(GetParam());
  limit_vector_width(std::get<1>(GetParam()));
  const Matrix a = random_matrix(n_a, d, 1), b = random_matrix(n_b, d, 2);
  std::vector<float> products(static_cast<size_t>(n_a * n_b), -7), distances(products);
  dot_products(a, b, products.data());
  squared_distances(a, b, distances.data());
  for (int64_t i = 0; i < n_a; ++i)
    for (int64_t j = 0; j < n_b; ++j) {
      double product = 0, distance = 0;
      for (int64_t k = 0; k < d; ++k) {
        product += double{a(i, k)} * b(j, k);
        distance += (double{a(i, k)} - b(j, k)) * (double{a(i, k)} - b(j, k));
      }
      const size_t at = static_cast<size_t>(i * n_b + j);
      const double tolerance = 1e-5 * std::sqrt(static_cast<double>(d) + 1);
      ASSERT_NEAR(products[at], product, tolerance) << i << ' ' << j;
      ASSERT_NEAR(distances[at], distance, 2e-6 * distance) << i << ' ' << j;
    }
  limit_vector_width(VectorWidth::avx512_bf16);
}

INSTANTIATE_TEST_SUITE_P(EveryEdgeAndWidth, Pairwise,
                         testing::Combine(testing::Values(Sizes{1, 1, 1}, Sizes{7, 31, 3}, Sizes{8, 32, 512},
                                                          Sizes{9, 33, 513}, Sizes{17, 65, 1100}, Sizes{3, 5, 0},
                                                          Sizes{0, 4, 4}, Sizes{4, 0, 4}),
                                          testing::Values(VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512)));

TEST(PairwiseRows, RowsThatAreEqualAreExactlyZeroApart) {
  Matrix a = random_matrix(5, 700, 1);
  for (float& v : a.values) v = 1000 + v;
  std::vector<float> distances(25);
  squared_distances(a, a, distances.data());
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(distances[i * 6], 0);
}

TEST(PairwiseRows, AResultDoesNotDependOnTheBlockItWasMadeIn) {
  const Matrix a = random_matrix(100, 600, 1), b = random_matrix(77, 600, 2);
  const Matrix whole = multiply_transposed(a, b);
  std::vector<float> one(1);
  for (int64_t i = 0; i < a.n_rows; i += 13)
    for (int64_t j = 0; j < b.n_rows; j += 7) {
      dot_products(rows_of(a, i, 1), rows_of(b, j, 1), one.data());
      EXPECT_EQ(one[0], whole(i, j));
    }
}

TEST(PairwiseRows, Transposes) {
  const Matrix a = random_matrix(37, 50, 1), t = transposed(a);
  for (int64_t i = 0; i < a.n_rows; ++i)
    for (int64_t j = 0; j < a.n_cols; ++j) ASSERT_EQ(t(j, i), a(i, j));
}

TEST(PairwiseRows, FindTheFirstOfTheLeastAndAddRootsAtEveryWidth) {
  const std::vector<float> squares = {1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225, 256, 289};
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
    limit_vector_width(width);
    std::vector<float> values(70, 5);
    EXPECT_EQ(index_of_least(values), 0);
    for (const size_t place : {69, 50, 31, 3}) {
      values[place] = -1;
      EXPECT_EQ(index_of_least(values), static_cast<int64_t>(place));
    }
    EXPECT_EQ(index_of_least(std::vector<float>{2, 1, 1}), 1);
    EXPECT_EQ(index_below(values, 0, 0), 3);
    EXPECT_EQ(index_below(values, 0, 32), 50);
    EXPECT_EQ(index_below(values, -1, 0), 70);
    EXPECT_DOUBLE_EQ(sum_of_roots(squares), 17 * 18 / 2);
    EXPECT_DOUBLE_EQ(sum_of_roots({}), 0);
  }
}

TEST(PairwiseRows, TablesOfDifferentColumnsAreADefect) {
  float out[4];
  EXPECT_THROW(dot_products(Matrix(2, 3), Matrix(2, 4), out), Error);
}

}  // namespace
}  // namespace songscape
