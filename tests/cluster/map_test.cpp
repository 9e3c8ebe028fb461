#include <gtest/gtest.h>

#include "blobs.h"
#include "cluster/tsne.h"
#include "cluster/umap.h"
#include "core/parallel.h"
#include "metrics/silhouette.h"
#include "metrics/trustworthiness.h"

namespace songscape {
namespace {

// n_steps 0: as many as the method's default.
Matrix make_tsne(MatrixView x, int n_steps) { return n_steps > 0 ? tsne(x, {.n_iterations = n_steps}) : tsne(x, {}); }
Matrix make_umap(MatrixView x, int n_steps) { return umap(x, {.n_epochs = n_steps}); }

struct Method {
  const char* name;
  Matrix (*make)(MatrixView, int n_steps);
  double GoldenBlobs::*golden;
};
class Map : public testing::TestWithParam<Method> {};

bool is_finite(const Matrix& m) {
  return std::all_of(m.values.begin(), m.values.end(), [](float v) { return std::isfinite(v); });
}

TEST_P(Map, IsAsTrustworthyAsThePeers) {
  for (const GoldenBlobs& b : golden_blobs())
    EXPECT_GE(trustworthiness(b.x, GetParam().make(b.x, 0)), b.*GetParam().golden - .01) << b.name;
}

TEST_P(Map, KeepsCloudsApart) {
  const Matrix x = clouds(300, 20, 5, 4);
  const Matrix map = GetParam().make(x, 0);
  EXPECT_GT(silhouette(map, cloud_labels(300, 5)), .7);
}

TEST_P(Map, IsEqualOnAnyNumberOfThreads) {
  const Matrix x = clouds(1010, 6, 3, 1);
  set_worker_threads(1);
  const Matrix one = GetParam().make(x, 20);
  set_worker_threads(3);
  const Matrix three = GetParam().make(x, 20);
  set_worker_threads(available_cores());
  EXPECT_EQ(one.values, three.values);
}

TEST_P(Map, StandsAnyNumberOfRowsDuplicatesAndOneColumn) {
  for (const int64_t n : {0, 1, 2, 3, 4, 5, 9, 20}) {
    const Matrix map = GetParam().make(clouds(n, 3, 2, 1), 0);
    EXPECT_EQ(map.n_rows, n);
    EXPECT_EQ(map.n_cols, 2);
    EXPECT_TRUE(is_finite(map)) << n;
    EXPECT_TRUE(is_finite(GetParam().make(Matrix(n, 3, 7), 0))) << n << " equal rows";
  }
  EXPECT_TRUE(is_finite(GetParam().make(clouds(60, 1, 3, 4), 0)));
}

INSTANTIATE_TEST_SUITE_P(Both, Map,
                         testing::Values(Method{"tsne", make_tsne, &GoldenBlobs::tsne},
                                         Method{"umap", make_umap, &GoldenBlobs::umap}),
                         [](const auto& method) { return std::string(method.param.name); });

}  // namespace
}  // namespace songscape
