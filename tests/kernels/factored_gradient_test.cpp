#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/linear.h"
#include "shown_shape.h"
#include "values.h"

namespace songscape {
namespace {

class FactoredGradients : public testing::TestWithParam<LinearShape> {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
    factors = {s, paired(dy, s.n_out), paired(x, s.n_in)};
  }
  size_t at(int64_t row, int64_t column) const { return static_cast<size_t>(row * s.n_in + column); }
  size_t size() const { return static_cast<size_t>(s.n_out * s.n_in); }

  std::vector<uint32_t> paired(const std::vector<Bf16>& values, int64_t n) const {
    std::vector<uint32_t> pairs(static_cast<size_t>((s.batch + 1) / 2 * n), 0xffffffff);
    pair_songs(values.data(), s.batch, n, n / 3, n, pairs.data());
    pair_songs(values.data(), s.batch, n, 0, n / 3, pairs.data());
    return pairs;
  }
  std::vector<double> plain_gradient() const {
    std::vector<double> gradient(size(), 0);
    for (int64_t b = 0; b < s.batch; ++b)
      for (int64_t j = 0; j < s.n_out; ++j)
        for (int64_t i = 0; i < s.n_in; ++i)
          gradient[at(j, i)] += value_of(dy[static_cast<size_t>(b * s.n_out + j)]) * value_of(x[at(b, i)]);
    return gradient;
  }
  std::vector<double> gram(const std::vector<Bf16>& values, int64_t n) const {
    std::vector<double> out(static_cast<size_t>(s.batch * s.batch), 0);
    add_gram(values.data(), s.batch, n, 0, n / 3, out.data());
    add_gram(values.data(), s.batch, n, n / 3, n, out.data());
    return out;
  }

  const LinearShape s = GetParam();
  const std::vector<Bf16> x = random_bf16(s.batch * s.n_in, 1), dy = random_bf16(s.batch * s.n_out, 2);
  FactoredGradient factors;
};

TEST_P(FactoredGradients, AddedRowByRowEqualThePlainLoop) {
  std::vector<float> seen(size(), 1);
  for (const auto& [first, last] : {std::pair{s.n_out / 3, s.n_out}, std::pair{int64_t{0}, s.n_out / 3}})
    add_gradient(factors, first, last, seen.data());
  const std::vector<double> truth = plain_gradient();
  for (size_t i = 0; i < truth.size(); ++i) ASSERT_NEAR(seen[i], 1 + truth[i], 1e-4) << i;
}

TEST_P(FactoredGradients, SquaresSumToProductsOfGrams) {
  const std::vector<double> of_x = gram(x, s.n_in), of_dy = gram(dy, s.n_out);
  double seen = 0, truth = 0;
  for (size_t i = 0; i < of_x.size(); ++i) seen += of_x[i] * of_dy[i];
  for (const double g : plain_gradient()) truth += g * g;
  EXPECT_NEAR(seen, truth, 1e-5 * truth);
}

TEST_P(FactoredGradients, AdamByBlocksEqualsAdamWithTheGradientItself) {
  const AdamStep step = adam_step(1e-2, 1, .1, .5);
  std::vector<float> gradient(size(), 0);
  add_gradient(factors, 0, s.n_out, gradient.data());
  const std::vector<float> start = random_floats(s.n_out * s.n_in, 3);
  std::vector<float> p = start, m(size(), .5f), v(size(), .25f), blocks_p = start, blocks_m = m, blocks_v = v;
  adam_update(step, {p.data(), m.data(), v.data(), gradient.data(), s.n_out * s.n_in});
  for (int64_t row = 0; row < s.n_out; row += kBlockRows)
    for (int64_t column = 0; column < s.n_in; column += kBlockColumns)
      adam_update_factored(
          step, factors, {blocks_p.data(), blocks_m.data(), blocks_v.data(), nullptr, 0},
          {row, std::min(kBlockRows, s.n_out - row), column, std::min(kBlockColumns, s.n_in - column)});
  for (size_t i = 0; i < size(); ++i) {
    ASSERT_NEAR(blocks_p[i], p[i], 1e-6 * (1 + std::abs(p[i]))) << i;
    ASSERT_NEAR(blocks_m[i], m[i], 1e-6 * (1 + std::abs(m[i]))) << i;
    ASSERT_NEAR(blocks_v[i], v[i], 1e-6 * (1 + v[i])) << i;
  }
}

TEST_P(FactoredGradients, ABlockTouchesItsOwnValuesOnly) {
  const WeightBlock block{s.n_out / 3, s.n_out / 2, s.n_in / 4, std::min(s.n_in / 2, kBlockColumns)};
  std::vector<float> p(size(), 3), m(size(), 0), v(size(), 0);
  adam_update_factored(adam_step(1e-2, 1, .1, 1), factors, {p.data(), m.data(), v.data(), nullptr, 0}, block);
  for (int64_t j = 0; j < s.n_out; ++j)
    for (int64_t i = 0; i < s.n_in; ++i) {
      const bool is_within = j >= block.first_row && j < block.first_row + block.n_rows && i >= block.first_column &&
                             i < block.first_column + block.n_columns;
      ASSERT_EQ(p[at(j, i)] != 3, is_within) << j << ' ' << i;
      ASSERT_EQ(v[at(j, i)] != 0, is_within) << j << ' ' << i;
    }
}

TEST_P(FactoredGradients, ANanOfASongReachesTheSumOfSquares) {
  std::vector<Bf16> bad = x;
  bad.back() = to_bf16(std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(std::isnan(gram(bad, s.n_in).back()));
}

INSTANTIATE_TEST_SUITE_P(EveryTail, FactoredGradients,
                         testing::Values(LinearShape{1, 2, 2}, LinearShape{1, 66, 30}, LinearShape{7, 258, 18},
                                         LinearShape{16, 1090, 66}, LinearShape{33, 546, 262},
                                         LinearShape{3, 4130, 518}, LinearShape{2, 8194, 10}));

}  // namespace
}  // namespace songscape
