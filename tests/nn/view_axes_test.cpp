#include "nn/view_axes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace songscape {
namespace {

ViewChanges some_changes() { return {at::rand({6}) * 2 - 1, at::rand({6}) * 2 - 1, at::rand({6}) * 2 - 1}; }

TEST(ViewAxes, AreRightWhereTaughtDimensionsTellTheChangesAndOthersStay) {
  const ViewChanges of_a = some_changes(), of_b = some_changes();
  const auto taught = [](const ViewChanges& c) {
    return std::sqrt(3.0) * at::stack({c.gain, c.tilt, c.transposition}, 1);
  };
  at::Tensor a = at::rand({6, 5}), b = a.clone();
  a.narrow(1, 0, 3).copy_(taught(of_a));
  b.narrow(1, 0, 3).copy_(taught(of_b));
  EXPECT_NEAR(view_axes_error(a, b, of_a, of_b).item<double>(), 0, 1e-6);
  b.select(1, 4).add_(0.5);  // a dimension that should have stayed
  EXPECT_NEAR(view_axes_error(a, b, of_a, of_b).item<double>(), 0.25, 1e-5);
  b.select(1, 4).sub_(0.5);
  b.select(1, 1).add_(2);  // one that moved too far
  EXPECT_NEAR(view_axes_error(a, b, of_a, of_b).item<double>(), 2, 1e-5);
}

TEST(ViewAxes, FewerDimensionsThanAxesAreADefect) {
  const ViewChanges changes = some_changes();
  EXPECT_THROW(view_axes_error(at::rand({6, 2}), at::rand({6, 2}), changes, changes), Error);
}

}  // namespace
}  // namespace songscape
