#include "stats/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"

namespace songscape {
namespace {

struct Sample {
  std::vector<double> values;
  double operator()(std::span<const int64_t> rows) const {
    double sum = 0;
    for (const int64_t i : rows) sum += values[static_cast<size_t>(i)];
    return sum / static_cast<double>(rows.size());
  }
};

Sample normal_sample(int n, double mean, uint64_t seed) {
  Random random(seed);
  Sample out;
  for (int i = 0; i < n; ++i) out.values.push_back(mean + random.normal());
  return out;
}

TEST(Bootstrap, OfAMeanIsAsWideAsTheoryHasIt) {
  const Interval i = bootstrap(400, normal_sample(400, 3, 1), {.n_resamples = 2000});
  EXPECT_NEAR(i.estimate, 3, .2);
  EXPECT_NEAR(i.high - i.low, 2 * 1.96 / 20, .02);
  EXPECT_TRUE(i.low < i.estimate && i.estimate < i.high);
}

TEST(PairedBootstrap, SeesASmallDifferenceThatRowsShare) {
  const Sample a = normal_sample(100, 0, 1);
  Sample b = a;
  Random random(2);
  for (double& v : b.values) v -= .05 + .01 * random.normal();
  EXPECT_TRUE(paired_bootstrap(100, a, b).excludes_zero());
  EXPECT_FALSE(paired_bootstrap(100, a, a).excludes_zero());
}

TEST(Bootstrap, ByGroupIsWiderWhereGroupsAgreeWithin) {
  Sample x;
  std::vector<int32_t> groups;
  Random random(3);
  for (int g = 0; g < 20; ++g) {
    const double value = random.normal();
    for (int i = 0; i < 10; ++i) {
      x.values.push_back(value);
      groups.push_back(g);
    }
  }
  const Interval by_row = bootstrap(200, x), by_group = bootstrap(200, x, {}, groups);
  EXPECT_GT(by_group.high - by_group.low, 2 * (by_row.high - by_row.low));
}

TEST(HalfSamples, OfAMeanAreAsWideAsTheBootstrapAndHoldNoRowTwice) {
  Random random(3);
  std::vector<double> values(400);
  for (double& v : values) v = random.normal();
  const RowStatistic mean = [&](std::span<const int64_t> rows) {
    EXPECT_EQ(std::set<int64_t>(rows.begin(), rows.end()).size(), rows.size());
    double sum = 0;
    for (const int64_t r : rows) sum += values[static_cast<size_t>(r)];
    return sum / static_cast<double>(rows.size());
  };
  const Interval half = bootstrap(400, mean, {.resampling = Resampling::half_samples});
  EXPECT_NEAR(half.high - half.low, 2 * 1.96 / 20, .02);
  EXPECT_NEAR((half.high + half.low) / 2, half.estimate, .01);
}

TEST(Bootstrap, LeavesOutResamplesWithoutAFigureAndTakesOneRow) {
  const Interval none = bootstrap(5, [](std::span<const int64_t>) { return std::nan(""); });
  EXPECT_TRUE(std::isnan(none.low) && std::isnan(none.estimate));
  EXPECT_FALSE(none.excludes_zero());
  const Interval one = bootstrap(1, Sample{{2.5}});
  EXPECT_EQ(one.low, 2.5);
  EXPECT_EQ(one.high, 2.5);
}

TEST(Bootstrap, IsEqualOnAnyNumberOfThreads) {
  const Sample x = normal_sample(50, 0, 9);
  set_worker_threads(1);
  const Interval one = bootstrap(50, x);
  set_worker_threads(4);
  const Interval four = bootstrap(50, x);
  set_worker_threads(available_cores());
  EXPECT_EQ(one.low, four.low);
  EXPECT_EQ(one.high, four.high);
}

// Each run's figure is its own level plus the mean of the rows.
RunFigure leveled(const Sample& x, std::vector<double> levels) {
  const auto n_runs = static_cast<int64_t>(levels.size());
  return {n_runs, [&x, levels](int64_t run, std::span<const int64_t> rows) {
            return levels[static_cast<size_t>(run)] + x(rows);
          }};
}

TEST(BootstrapOverRuns, SpreadsAsSeedsAndRowsTogether) {
  const Sample x = normal_sample(400, 0, 3), still{std::vector<double>(400, 0.0)};
  const Interval rows = bootstrap_over_runs(400, leveled(x, {1}));
  EXPECT_NEAR(rows.high - rows.low, 2 * 1.96 / 20, .03);
  // Levels 1, 2, 3, 4: their mean has a standard error of sqrt(5/3 / 4).
  const Interval seeds = bootstrap_over_runs(400, leveled(still, {1, 2, 3, 4}), {.n_resamples = 20000});
  EXPECT_EQ(seeds.estimate, 2.5);
  EXPECT_NEAR(seeds.high - seeds.low, 2 * 1.96 * std::sqrt(5.0 / 12), .25);
  const Interval both = bootstrap_over_runs(400, leveled(x, {1, 2, 3, 4}), {.n_resamples = 5000});
  EXPECT_GT(both.high - both.low, seeds.high - seeds.low - .1);
}

TEST(BootstrapOverRuns, PairsTheRowsOfTwoModels) {
  const Sample x = normal_sample(400, 0, 3);
  const Interval d = paired_bootstrap_over_runs(400, leveled(x, {2}), leveled(x, {1}));
  EXPECT_NEAR(d.estimate, 1, 1e-12);
  EXPECT_NEAR(d.low, 1, 1e-12);
  EXPECT_NEAR(d.high, 1, 1e-12);
}

TEST(MeanInterval, IsStudentsAndUnknownForOneValue) {
  const Interval three = mean_interval(std::vector<double>{1, 2, 3});
  EXPECT_NEAR(three.estimate, 2, 1e-12);
  EXPECT_NEAR(three.high, 2 + 4.303 / std::sqrt(3.0), 1e-3);
  EXPECT_NEAR(three.low, 2 - 4.303 / std::sqrt(3.0), 1e-3);
  const Interval one = mean_interval(std::vector<double>{5, std::nan("")});
  EXPECT_EQ(one.estimate, 5);
  EXPECT_TRUE(std::isnan(one.low));
  EXPECT_TRUE(std::isnan(mean_interval({}).estimate));
}

}  // namespace
}  // namespace songscape
