#include "stats/near_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

// Whole numbers, so that products are exact and many scores equal.
Matrix whole_numbers(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed);
  Matrix x(n, d);
  for (float& v : x.values) v = static_cast<float>(random.below(9) - 4);
  return x;
}

double score_of(const Matrix& of, int64_t i, const Matrix& other, int64_t j) {
  double score = 0;
  for (int64_t k = 0; k < of.n_cols; ++k) score += other(j, k) * (.5 * other(j, k) - of(i, k));
  return score;
}

std::vector<float> plain_least(const Matrix& of, int64_t i, const Matrix& others, size_t k, bool is_self) {
  std::vector<float> scores;
  for (int64_t j = 0; j < others.n_rows; ++j)
    if (!is_self || i != j) scores.push_back(static_cast<float>(score_of(of, i, others, j)));
  std::sort(scores.begin(), scores.end());
  scores.resize(std::min(k, scores.size()));
  return scores;
}

std::vector<float> scores_of(std::span<const Candidate> candidates) {
  std::vector<float> out;
  for (const Candidate& c : candidates) out.push_back(c.score);
  return out;
}

// Small whole numbers are the same in bf16.
Rounding rounding() { return has_bf16_products() ? Rounding::bf16 : Rounding::none; }

struct Sizes {
  int64_t n_a, n_b, d;
};
class NearPairs : public testing::TestWithParam<std::tuple<Sizes, VectorWidth>> {};
INSTANTIATE_TEST_SUITE_P(EveryEdgeAndWidth, NearPairs,
                         testing::Combine(testing::Values(Sizes{1, 1, 1}, Sizes{97, 200, 3}, Sizes{192, 96, 17},
                                                          Sizes{5, 300, 600}),
                                          testing::Values(VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512,
                                                          VectorWidth::avx512_bf16)));

TEST_P(NearPairs, OfferBothSidesTheirLeastScores) {
  const auto [n_a, n_b, d] = std::get<0>(GetParam());
  limit_vector_width(std::get<1>(GetParam()));
  const Matrix x = whole_numbers(n_a, d, 1), y = whole_numbers(n_b, d, 2);
  constexpr int64_t kLeast = 4;
  const PackedRows a(x, rounding()), b(y, rounding());
  NearestLists of_a(n_a, kLeast), of_b(n_b, kLeast);
  for (int64_t first = 0; first < a.n_packed(); first += kTileAlignment)
    offer_near_pairs(a, {first, kTileAlignment}, b, {0, b.n_packed()}, of_a, &of_b);
  for (int64_t i = 0; i < n_a; ++i) EXPECT_EQ(scores_of(of_a.take(i)), plain_least(x, i, y, kLeast, false)) << i;
  for (int64_t i = 0; i < n_b; ++i) EXPECT_EQ(scores_of(of_b.take(i)), plain_least(y, i, x, kLeast, false)) << i;
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST_P(NearPairs, OfRowsAmongThemselvesLeaveEachOut) {
  const auto [n_a, n, d] = std::get<0>(GetParam());
  limit_vector_width(std::get<1>(GetParam()));
  const Matrix x = whole_numbers(n, d, 3);
  const PackedRows rows(x, rounding());
  NearestLists nearest(n, 6);
  offer_near_pairs(rows, {0, rows.n_packed()}, rows, {0, rows.n_packed()}, nearest, nullptr);
  for (int64_t i = 0; i < n; ++i) {
    const auto found = nearest.take(i);
    EXPECT_EQ(scores_of(found), plain_least(x, i, x, 6, true)) << i;
    for (const Candidate& c : found) EXPECT_NE(c.index, i);
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST(PackedRows, AreRoundedToBf16Evenly) {
  if (!has_bf16_products()) GTEST_SKIP() << "this CPU has no products of bf16";
  Matrix x(2, 1);
  x.values = {1 + 1.0f / 256, 1 + 3.0f / 256};  // halfway between two bf16 each
  const PackedRows rows(x, Rounding::bf16);
  EXPECT_FLOAT_EQ(rows.half_square(0), .5f);
  EXPECT_FLOAT_EQ(rows.half_square(1), .5f * (1 + 2.0f / 128) * (1 + 2.0f / 128));
}

TEST(NearestLists, KeepTheLeastOfAnyOrderAndSayWhatTheyLeftOut) {
  NearestLists lists(2, 3);
  EXPECT_EQ(*lists.limits(0), std::numeric_limits<float>::infinity());
  for (int32_t i = 0; i < 200; ++i) lists.offer(0, {static_cast<float>((i * 77) % 200), i});
  lists.offer(1, {5, 1});
  EXPECT_EQ(scores_of(lists.take(0)), (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(*lists.limits(0), 2);
  EXPECT_EQ(scores_of(lists.take(1)), (std::vector<float>{5}));
  EXPECT_EQ(*lists.limits(2), -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace songscape
