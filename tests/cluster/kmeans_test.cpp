#include "cluster/kmeans.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "blobs.h"
#include "cluster/kmeans_seeding.h"
#include "core/parallel.h"
#include "metrics/adjusted_rand.h"

namespace songscape {
namespace {

TEST(KMeans, HasNoMoreInertiaThanScikitLearns) {
  for (const GoldenBlobs& b : golden_blobs()) {
    EXPECT_LE(fit_kmeans(b.x, {.k = b.k}).inertia, b.kmeans_inertia * (1 + 1e-3)) << b.name << ", as many restarts";
    EXPECT_LE(fit_kmeans(b.x, {.k = b.k, .n_init = 50}).inertia, b.kmeans_inertia * (1 + 1e-5)) << b.name;
  }
}

TEST(KMeans, FindsCloudsThatStandApartInManyDimensions) {
  const Matrix x = clouds(600, 64, 12, 3);
  const KMeans fit = fit_kmeans(x, {.k = 12});
  EXPECT_DOUBLE_EQ(adjusted_rand_index(cloud_labels(600, 12), fit.labels), 1);
  EXPECT_EQ(nearest_centre(x, fit.centres), fit.labels);
}

TEST(KMeans, InertiaNeverRises) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const KMeans fit = fit_kmeans(clouds(500, 5, 3, .5, seed), {.k = 20, .n_init = 1, .tolerance = 0, .seed = seed});
    ASSERT_GT(fit.inertia_path.size(), 3u);
    for (size_t i = 1; i < fit.inertia_path.size(); ++i)
      EXPECT_LE(fit.inertia_path[i], fit.inertia_path[i - 1] * (1 + 1e-6));
    EXPECT_LE(fit.inertia, fit.inertia_path.back() * (1 + 1e-6));
  }
}

TEST(KMeans, FarFromTheOriginIsAsGoodAsNearIt) {
  Matrix x = clouds(300, 4, 5, 4);
  const double near = fit_kmeans(x, {.k = 5}).inertia;
  for (float& v : x.values) v += 1000;
  EXPECT_NEAR(fit_kmeans(x, {.k = 5}).inertia / near, 1, 1e-3);
}

TEST(KMeans, EveryClusterHasRowsEvenWithManyClusters) {
  const Matrix x = clouds(120, 2, 3, 20);
  const KMeans fit = fit_kmeans(x, {.k = 60});
  EXPECT_EQ(fit.centres.n_rows, 60);
  EXPECT_EQ(std::set<int32_t>(fit.labels.begin(), fit.labels.end()).size(), 60u);
}

TEST(KMeans, MoreClustersThanDistinctRowsBecomeAsMany) {
  Matrix x(9, 3);
  for (int64_t i = 0; i < 9; ++i) x(i, 1) = static_cast<float>(i % 3);
  const KMeans fit = fit_kmeans(x, {.k = 7});
  EXPECT_EQ(fit.centres.n_rows, 3);
  EXPECT_EQ(fit.inertia, 0);
  EXPECT_EQ(fit_kmeans(Matrix(5, 2, 1.5f), {.k = 3}).centres.n_rows, 1);
  const KMeans one = fit_kmeans(Matrix(1, 2, 1.5f), {.k = 3});
  EXPECT_EQ(one.labels, std::vector<int32_t>{0});
  EXPECT_EQ(one.centres.values, (std::vector<float>{1.5f, 1.5f}));
}

TEST(KMeans, DependsOnTheSeedAndNotOnThreads) {
  const Matrix x = clouds(3000, 8, 10, .3);
  for (const int n_init : {1, 4}) {
    set_worker_threads(1);
    const KMeans one = fit_kmeans(x, {.k = 10, .n_init = n_init, .seed = 5});
    set_worker_threads(5);
    const KMeans five = fit_kmeans(x, {.k = 10, .n_init = n_init, .seed = 5});
    const KMeans other = fit_kmeans(x, {.k = 10, .n_init = n_init, .seed = 6});
    set_worker_threads(available_cores());
    EXPECT_EQ(one.centres.values, five.centres.values);
    EXPECT_EQ(one.labels, five.labels);
    EXPECT_NE(one.centres.values, other.centres.values);
  }
}

TEST(KMeansSeeding, DrawsDistinctRowsAndSpreadsThem) {
  const Matrix x = clouds(400, 3, 8, 30);
  std::vector<Random> starts = {Random(4), Random(5), Random(6)};
  for (const auto& seeds : seed_centres(x, 8, starts)) {
    std::set<int64_t> clouds_hit;
    for (const int64_t i : seeds) clouds_hit.insert(i % 8);
    EXPECT_EQ(clouds_hit.size(), 8u);
  }
}

TEST(KMeansSeeding, OfAStartDoesNotDependOnTheOthers) {
  const Matrix x = clouds(5000, 7, 6, 1);
  std::vector<Random> both = {Random(1), Random(2)}, second = {Random(2)};
  EXPECT_EQ(seed_centres(x, 20, both)[1], seed_centres(x, 20, second)[0]);
}

}  // namespace
}  // namespace songscape
