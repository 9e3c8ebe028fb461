#include "stats/sparse_pca.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "stats/pca.h"

namespace songscape {
namespace {

SparseMatrix sparse_of(const Matrix& x) {
  SparseMatrix out;
  out.n_cols = x.n_cols;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    for (int64_t j = 0; j < x.n_cols; ++j)
      if (x(i, j) != 0) {
        out.column.push_back(static_cast<int32_t>(j));
        out.value.push_back(x(i, j));
      }
    out.first.push_back(static_cast<int64_t>(out.column.size()));
  }
  return out;
}

// A tenth of the entries, of a few themes whose strengths fall.
Matrix themes(int64_t n_rows, int64_t n_cols, int64_t n_themes) {
  Random random(7);
  Matrix x(n_rows, n_cols);
  for (int64_t i = 0; i < n_rows; ++i) {
    const int64_t theme = random.below(n_themes);
    for (int64_t j = 0; j < n_cols; ++j)
      if (random.uniform() < (j % n_themes == theme ? 0.3 + 0.6 / (1.0 + static_cast<double>(theme)) : 0.05))
        x(i, j) = static_cast<float>(random.uniform(0.2, 1));
  }
  return x;
}

void expect_equal_components(const Matrix& x, int64_t k, double tolerance) {
  const SparsePca sparse = fit_sparse_pca(sparse_of(x), k, 1, 2);
  const Pca dense = fit_pca(x, k);
  ASSERT_EQ(sparse.rank, k);
  const Matrix a = sparse.transform(sparse_of(x), 2), b = dense.transform(x);
  for (int64_t c = 0; c < k; ++c) {
    EXPECT_NEAR(sparse.explained_variance[static_cast<size_t>(c)] / dense.explained_variance[static_cast<size_t>(c)], 1,
                1e-4);
    const double sign = a(0, c) * b(0, c) < 0 ? -1 : 1;
    for (int64_t i = 0; i < x.n_rows; ++i) EXPECT_NEAR(a(i, c), sign * b(i, c), tolerance) << i << ' ' << c;
  }
}

TEST(SparsePca, EqualsDensePcaOfTallAndWideTables) {
  expect_equal_components(themes(300, 40, 8), 5, 1e-4);
  expect_equal_components(themes(40, 300, 8), 5, 1e-4);
}

TEST(SparsePca, EqualsDensePcaWhereItGoesBySubspaces) {
  expect_equal_components(themes(700, 900, 8), 5, 2e-2);
  expect_equal_components(themes(900, 700, 8), 5, 2e-2);
}

TEST(SparsePca, IsEqualForAnyNumberOfThreads) {
  const SparseMatrix x = sparse_of(themes(700, 600, 12));
  const SparsePca one = fit_sparse_pca(x, 10, 3, 1), three = fit_sparse_pca(x, 10, 3, 3);
  EXPECT_EQ(one.components.values, three.components.values);
  EXPECT_EQ(one.transform(x, 1).values, three.transform(x, 4).values);
}

TEST(SparsePca, ComponentsAreOrthonormalAlsoWhereEigenvaluesAreEqual) {
  Matrix x(800, 800);  // rows that share nothing: one eigenvalue, 799 times
  for (int64_t i = 0; i < 800; ++i) x(i, i) = 1;
  const SparsePca pca = fit_sparse_pca(sparse_of(x), 20, 1, 2);
  ASSERT_EQ(pca.rank, 20);
  for (int64_t a = 0; a < 20; ++a)
    for (int64_t b = 0; b <= a; ++b) {
      double dot = 0;
      for (int64_t j = 0; j < 800; ++j) dot += double{pca.components(a, j)} * pca.components(b, j);
      EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-5);
    }
}

TEST(SparsePca, LeavesComponentsBeyondTheRankAtZero) {
  Matrix basis = themes(4, 700, 2), x(800, 700);
  Random random(5);
  for (int64_t i = 0; i < 800; ++i)
    for (int64_t b = 0; b < 4; ++b) {
      const auto weight = static_cast<float>(random.normal());
      for (int64_t j = 0; j < 700; ++j) x(i, j) += weight * basis(b, j);
    }
  for (const Matrix& table : {x, select_rows(x, std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8})}) {
    const SparsePca pca = fit_sparse_pca(sparse_of(table), 12, 1, 2);
    EXPECT_EQ(pca.rank, 4);
    EXPECT_EQ(pca.components.n_rows, 12);
    for (const float v : pca.components.row(4)) EXPECT_EQ(v, 0);
    EXPECT_NEAR(pca.explained_share, 1, 1e-5);
  }
}

TEST(SparsePca, OfOneRowOrEqualRowsOrNothingHasRankZero) {
  for (const int64_t n : {0, 1, 3, 900}) {
    SparseMatrix x;
    x.n_cols = 4;
    for (int64_t i = 0; i < n; ++i) {
      x.column.push_back(2);
      x.value.push_back(0.7f);
      x.first.push_back(i + 1);
    }
    const SparsePca pca = fit_sparse_pca(x, 3, 1, 2);
    EXPECT_EQ(pca.rank, 0);
    const Matrix z = pca.transform(x, 1);
    EXPECT_EQ(z.n_rows, n);
    for (const float v : z.values) EXPECT_EQ(v, 0);
  }
  SparseMatrix nothing;
  nothing.first.push_back(0);
  EXPECT_EQ(fit_sparse_pca(nothing, 3, 1, 1).transform(nothing, 1).values, std::vector<float>(3, 0));
}

}  // namespace
}  // namespace songscape
