#include "metrics/dci.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.h"
#include "metrics/codes.h"

namespace songscape {
namespace {

TEST(Dci, OfACodeThatIsTheFactorsIsOne) {
  const auto factors = four_factors(2000, 1);
  const Dci s = dci(beside(codes_of(factors), normal_codes(2000, 6, 2)), factors);
  EXPECT_GT(s.disentanglement, .97);
  EXPECT_GT(s.completeness, .97);
  EXPECT_GT(s.informativeness, .95);
  for (int64_t f = 0; f < 4; ++f) EXPECT_GT(s.importance(f, f), .97);
  EXPECT_NEAR(s.weight[0] + s.weight[1] + s.weight[2] + s.weight[3], 1, .03);
}

TEST(Dci, OfAnIndependentCodeIsNearZeroAndNearItsNull) {
  const auto factors = four_factors(2000, 3);
  const Dci s = dci(normal_codes(2000, 10, 4), factors);
  EXPECT_LT(s.disentanglement, .1);
  EXPECT_LT(s.completeness, .1);
  EXPECT_LT(s.informativeness, .1);
  EXPECT_NEAR(s.disentanglement, s.null_disentanglement, .05);
}

TEST(Dci, OfADuplicatedCodeStaysDisentangledButLosesCompleteness) {
  const auto factors = four_factors(2000, 5);
  const Matrix once = codes_of(factors);
  const Dci s = dci(beside(once, once), factors);
  EXPECT_GT(s.disentanglement, .97);
  EXPECT_NEAR(s.completeness, 1 - std::log(2) / std::log(8), .1);
}

TEST(Dci, OfOneDimensionThatTellsTwoFactorsAlikeIsNotDisentangled) {
  // Its value is 2 a + b of two even coins: both are told in full by it alone.
  auto factors = four_factors(2000, 6);
  factors = {class_factor(2000, 2, 7, "a"), class_factor(2000, 2, 8, "b")};
  Matrix codes(2000, 2);
  for (int64_t i = 0; i < 2000; ++i)
    codes(i, 0) =
        static_cast<float>(2 * factors[0].values[static_cast<size_t>(i)] + factors[1].values[static_cast<size_t>(i)]);
  const Dci s = dci(codes, factors);
  EXPECT_NEAR(s.disentanglement, 0, .01);
  EXPECT_NEAR(s.completeness, 1, .01);
  EXPECT_NEAR(s.informativeness, 1, .01);
}

TEST(Dci, OfPermutedRowsOrAConstantCodeIsNone) {
  const auto factors = four_factors(2000, 9);
  Random random(1);
  EXPECT_LT(dci(select_rows(codes_of(factors), permutation(2000, random)), factors).disentanglement, .2);
  const Dci constant = dci(Matrix(500, 3, 1.0f), four_factors(500, 10));
  EXPECT_TRUE(std::isnan(constant.disentanglement));
  EXPECT_EQ(constant.completeness, 0);
  EXPECT_LT(constant.informativeness, .02);
}

TEST(Dci, ExcludesConstantAndUnknownFactorsWithAReason) {
  auto factors = four_factors(500, 11);
  const Matrix codes = codes_of(factors);
  factors[0].values.assign(500, 3);
  factors[3].values.assign(500, -1);
  for (size_t i = 0; i < 500; i += 5) factors[1].values[i] = std::nan("");
  const Dci s = dci(codes, factors);
  EXPECT_EQ(s.factors[0].excluded, "has one value only: 3");
  EXPECT_EQ(s.factors[3].excluded, "is known for no row");
  EXPECT_EQ(s.factors[1].n_rows, 400);
  EXPECT_TRUE(std::isnan(s.factors[0].informativeness));
  EXPECT_GT(s.disentanglement, .95);
  factors[1].values = factors[0].values;
  EXPECT_TRUE(std::isnan(dci(codes, factors).disentanglement));  // one factor is left
  factors[2].values = factors[0].values;
  EXPECT_TRUE(std::isnan(dci(codes, factors).informativeness));
}

TEST(Dci, OfOneRowIsNan) {
  const Dci s = dci(Matrix(1, 3), {{"tempo", FactorKind::continuous, {1}}});
  EXPECT_EQ(s.factors[0].excluded, "is known for 1 row");
  EXPECT_TRUE(std::isnan(s.completeness));
}

TEST(Dci, IsEqualOnAnyNumberOfThreads) {
  const auto factors = four_factors(300, 12);
  const Matrix codes = normal_codes(300, 5, 13);
  set_worker_threads(1);
  const Dci one = dci(codes, factors);
  set_worker_threads(3);
  const Dci three = dci(codes, factors);
  set_worker_threads(available_cores());
  EXPECT_EQ(one.importance.values, three.importance.values);
  EXPECT_EQ(one.informativeness, three.informativeness);
}

}  // namespace
}  // namespace songscape
