#include "data/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.h"

namespace songscape {
namespace {

std::vector<int64_t> rows(int64_t n) {
  std::vector<int64_t> all(static_cast<size_t>(n));
  std::iota(all.begin(), all.end(), 100);
  return all;
}

std::vector<int64_t> epoch_of(const Sampler& s, int64_t epoch) {
  std::vector<int64_t> all;
  for (int64_t step = 0; step < s.n_steps(); ++step)
    for (const int64_t r : s.batch_rows(epoch, step)) all.push_back(r);
  return all;
}

TEST(Sampler, EveryRowComesOnceAnEpochInAFreshOrder) {
  const Sampler s(rows(22), {.batch = 4, .seed = 3});
  const auto first = epoch_of(s, 0), second = epoch_of(s, 1);
  EXPECT_NE(first, second);
  for (auto all : {first, second}) {
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, rows(22));
  }
}

TEST(Sampler, IsAFunctionOfSeedEpochAndStepWhateverWasAskedBefore) {
  const Sampler a(rows(40), {.batch = 8, .seed = 5}), b(rows(40), {.batch = 8, .seed = 5}),
      c(rows(40), {.batch = 8, .seed = 6});
  epoch_of(a, 0);
  epoch_of(a, 9);
  EXPECT_EQ(a.batch_rows(4, 3), b.batch_rows(4, 3));
  EXPECT_NE(a.batch_rows(4, 3), c.batch_rows(4, 3));
}

TEST(Sampler, ALastBatchOfOneSongIsLeftOutButNotAnEpochOfOneSong) {
  EXPECT_EQ(Sampler(rows(9), {.batch = 4}).n_steps(), 2);
  EXPECT_EQ(Sampler(rows(10), {.batch = 4}).n_steps(), 3);
  EXPECT_EQ(Sampler(rows(1), {.batch = 4}).n_steps(), 1);
}

TEST(Sampler, RanksShareAnEpochWithoutOverlap) {
  std::multiset<int64_t> seen;
  for (const int64_t rank : {0, 1, 2}) {
    const Sampler s(rows(36), {.batch = 4, .seed = 1, .rank = rank, .n_ranks = 3});
    EXPECT_EQ(s.n_steps(), 3);
    for (const int64_t r : epoch_of(s, 2)) seen.insert(r);
  }
  const auto all = rows(36);
  EXPECT_EQ(seen, std::multiset<int64_t>(all.begin(), all.end()));
}

TEST(Sampler, ARestThatCannotGiveEveryRankTwoSongsIsLeftOut) {
  EXPECT_EQ(Sampler(rows(13), {.batch = 4, .n_ranks = 3}).n_steps(), 1);
}

TEST(Sampler, NothingToSampleIsADefect) { EXPECT_THROW(Sampler({}, {.batch = 4}), Error); }

TEST(Batches, CutRowsInTheirOwnOrder) {
  EXPECT_EQ(batches_of({5, 3, 8}, 2), (std::vector<std::vector<int64_t>>{{5, 3}, {8}}));
  EXPECT_TRUE(batches_of({}, 2).empty());
}

}  // namespace
}  // namespace songscape
