#include "stats/over_representation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace songscape {
namespace {

TEST(OverRepresentation, IsWorkedByHand) {
  // 2 of 5 have it; a part of 2: both in 1 of 10 draws, one or both in 7 of 10.
  EXPECT_NEAR(std::exp(log_chance_of_as_many({2, 2, 2, 5})), .1, 1e-12);
  EXPECT_NEAR(std::exp(log_chance_of_as_many({1, 2, 2, 5})), .7, 1e-12);
  // The lady tasting tea: 4 of 4 right is 1 in 70, 3 or more 17 in 70.
  EXPECT_NEAR(std::exp(log_chance_of_as_many({4, 4, 4, 8})), 1. / 70, 1e-12);
  EXPECT_NEAR(std::exp(log_chance_of_as_many({3, 4, 4, 8})), 17. / 70, 1e-12);
}

TEST(OverRepresentation, WhatMustBeIsSure) {
  EXPECT_EQ(log_chance_of_as_many({0, 3, 4, 9}), 0);
  EXPECT_EQ(log_chance_of_as_many({5, 5, 5, 5}), 0);  // the part is the whole
  EXPECT_EQ(log_chance_of_as_many({2, 4, 3, 5}), 0);  // only two lack it
  EXPECT_EQ(log_chance_of_as_many({0, 0, 0, 0}), 0);
}

TEST(OverRepresentation, OfManyStaysFinite) {
  const double sure = log_chance_of_as_many({20000, 20000, 20000, 100000});
  EXPECT_TRUE(std::isfinite(sure));
  EXPECT_LT(sure, -40000);
}

TEST(OverRepresentation, CountsThatCannotBeAreRefused) {
  EXPECT_THROW(log_chance_of_as_many({3, 2, 3, 5}), Error);
  EXPECT_THROW(log_chance_of_as_many({0, 4, 3, 5}), Error);
}

}  // namespace
}  // namespace songscape
