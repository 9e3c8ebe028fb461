#include "core/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

// Known-answer vector of the Philox paper's own distribution (Random123, kat_vectors): counter 0, key 0.
TEST(Random, IsPhilox4x32WithTenRounds) {
  Random r(0, 0);
  EXPECT_EQ(r.next_u32(), 0x6627e8d5u);
  EXPECT_EQ(r.next_u32(), 0xe169c58du);
  EXPECT_EQ(r.next_u32(), 0xbc57ac4cu);
  EXPECT_EQ(r.next_u32(), 0x9b00dbd8u);
}

TEST(Random, ResumesFromItsStateAtEveryPlace) {
  Random r(7, 3);
  for (int i = 0; i < 9; ++i) {
    Random copy = Random::from(r.state());
    Random reference = r;
    EXPECT_EQ(copy.next_u64(), reference.next_u64());
    r.next_u32();
  }
}

TEST(Random, HasTheMomentsOfItsDistributions) {
  Random r(1);
  double sum = 0, squares = 0, uniform = 0;
  const int n = 200'000;
  for (int i = 0; i < n; ++i) {
    const double x = r.normal();
    sum += x, squares += x * x, uniform += r.uniform();
  }
  EXPECT_NEAR(sum / n, 0, .01);
  EXPECT_NEAR(squares / n, 1, .02);
  EXPECT_NEAR(uniform / n, .5, .005);
}

TEST(Random, PermutationHoldsEveryNumberOnce) {
  Random r(5);
  auto p = permutation(1000, r);
  std::sort(p.begin(), p.end());
  for (int64_t i = 0; i < 1000; ++i) EXPECT_EQ(p[i], i);
}

}  // namespace
}  // namespace songscape
