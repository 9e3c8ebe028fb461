#include "nn/collapse.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

TEST(Collapse, ACollapsedSpaceHasNoActiveUnitAndNoInformation) {
  CollapseMonitor monitor;
  monitor.add({at::zeros({50, 4}), at::zeros({50, 4})});
  const CollapseReport r = monitor.report();
  EXPECT_EQ(r.n_active, 0);
  EXPECT_NEAR(r.kl, 0, 1e-9);
  EXPECT_NEAR(r.mutual_information, 0, 1e-9);
}

TEST(Collapse, PosteriorsFarApartTellEachSongSoInformationIsLogN) {
  const at::Tensor mean = at::zeros({64, 3});
  mean.select(1, 1).copy_(at::arange(64).to(at::kFloat) * 10);
  CollapseMonitor monitor;
  for (int i = 0; i < 4; ++i) monitor.add({mean.narrow(0, i * 16, 16), at::full({16, 3}, std::log(0.01))});
  const CollapseReport r = monitor.report();
  EXPECT_NEAR(r.mutual_information, std::log(64.0), 1e-6);
  EXPECT_EQ(r.n_active, 1);  // the two others have KL, but no variance over songs
  EXPECT_NEAR(r.mean_variance[1], 100 * (64.0 * 64 - 1) / 12, 1e-6);
  EXPECT_GT(r.kl_per_dim[0], 0.1);
  EXPECT_NEAR(r.mean_variance[0], 0, 1e-12);
}

TEST(Collapse, EqualPosteriorsCarryNoInformationHoweverLargeTheirKl) {
  CollapseMonitor monitor;
  monitor.add({at::full({40, 2}, 5.0f), at::full({40, 2}, -3.0f)});
  const CollapseReport r = monitor.report();
  EXPECT_GT(r.kl, 20);
  EXPECT_NEAR(r.mutual_information, 0, 1e-9);
}

TEST(Collapse, OneSongIsNoError) {
  CollapseMonitor monitor;
  monitor.add({at::full({1, 2}, 1.0f), at::zeros({1, 2})});
  EXPECT_EQ(monitor.report().n_active, 0);
}

}  // namespace
}  // namespace songscape
