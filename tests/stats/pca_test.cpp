#include "stats/pca.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "data/npy.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/stats";

class PcaGolden : public testing::TestWithParam<const char*> {};

TEST_P(PcaGolden, EqualsScikitLearns) {
  const std::string name = GetParam();
  const Matrix x = read_npy_matrix(kGolden / ("pca_" + name + "_x.npy"));
  const Matrix components = read_npy_matrix(kGolden / ("pca_" + name + "_components.npy"));
  const Matrix variance = read_npy_matrix(kGolden / ("pca_" + name + "_variance.npy"));
  const Pca pca = fit_pca(x, 5);
  ASSERT_EQ(pca.components.n_rows, 5);
  for (int64_t c = 0; c < 5; ++c) {
    EXPECT_NEAR(pca.explained_variance[static_cast<size_t>(c)] / variance(0, c), 1, 1e-5);
    EXPECT_NEAR(pca.explained_variance_ratio[static_cast<size_t>(c)], variance(1, c), 1e-5);
    for (int64_t j = 0; j < x.n_cols; ++j) EXPECT_NEAR(pca.components(c, j), components(c, j), 1e-4) << c << ' ' << j;
  }
  const Matrix z = pca.transform(x);
  double mean = 0, variance_of_first = 0;
  for (int64_t i = 0; i < z.n_rows; ++i) mean += z(i, 0) / static_cast<double>(z.n_rows);
  for (int64_t i = 0; i < z.n_rows; ++i) variance_of_first += (z(i, 0) - mean) * (z(i, 0) - mean);
  EXPECT_NEAR(mean, 0, 1e-4);
  EXPECT_NEAR(variance_of_first / static_cast<double>(z.n_rows - 1) / variance(0, 0), 1, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(TallAndWide, PcaGolden, testing::Values("tall", "wide"));

TEST(Pca, KeepsNoMoreComponentsThanTheRowsSpanAndRebuildsThem) {
  Random random(2);
  Matrix basis(3, 2000), x(40, 2000);
  for (float& v : basis.values) v = static_cast<float>(random.normal());
  for (int64_t i = 0; i < 40; ++i)
    for (int64_t b = 0; b < 3; ++b) {
      const float weight = static_cast<float>(random.normal());
      for (int64_t j = 0; j < 2000; ++j) x(i, j) += weight * basis(b, j);
    }
  const Pca pca = fit_pca(x, 20);
  EXPECT_EQ(pca.components.n_rows, 3);
  const Matrix back = pca.inverse_transform(pca.transform(x));
  for (size_t i = 0; i < x.values.size(); ++i) ASSERT_NEAR(back.values[i], x.values[i], 1e-3);
}

TEST(PrincipalCoordinates, KeepEveryDistanceInTallAndWideTables) {
  for (const auto& [n, d] : {std::pair<int64_t, int64_t>{30, 500}, {200, 7}, {5, 5}, {1, 9}}) {
    Random random(3);
    Matrix x(n, d);
    for (float& v : x.values) v = static_cast<float>(random.normal() + 4);
    const Matrix z = principal_coordinates(x);
    ASSERT_EQ(z.n_rows, n);
    EXPECT_LE(z.n_cols, std::min(std::max<int64_t>(1, n - 1), d));
    const auto distance = [](const Matrix& m, int64_t a, int64_t b) {
      double squared = 0;
      for (int64_t j = 0; j < m.n_cols; ++j) squared += (m(a, j) - m(b, j)) * (m(a, j) - m(b, j));
      return std::sqrt(squared);
    };
    for (int64_t i = 0; i < n; ++i) EXPECT_NEAR(distance(x, i, n / 2), distance(z, i, n / 2), 2e-3) << n << ' ' << d;
  }
}

TEST(Pca, OfEqualRowsOrOfOneRowIsOneComponentWithoutVariance) {
  for (const int64_t n : {1, 6})
    for (const int64_t d : {1, 3, 9}) {
      const Matrix x(n, d, 2.5f);
      const Pca pca = fit_pca(x, 4);
      EXPECT_EQ(pca.components.n_rows, 1);
      EXPECT_EQ(pca.explained_variance_ratio, std::vector<double>{0});
      for (const float z : pca.transform(x).values) EXPECT_EQ(z, 0);
    }
}

}  // namespace
}  // namespace songscape
