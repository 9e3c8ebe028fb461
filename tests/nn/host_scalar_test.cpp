#include "nn/host_scalar.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(HostScalar, FollowsEveryChangeInPlace) {
  const at::Tensor buffer = at::full({}, 2.0);
  const HostScalar scalar(buffer);
  EXPECT_EQ(scalar.value(), 2);
  at::Tensor(buffer).fill_(3);
  EXPECT_EQ(scalar.value(), 3);
  const at::NoGradGuard no_grad;
  at::Tensor(buffer).copy_(at::full({}, 4.0));
  EXPECT_EQ(scalar.value(), 4);
  scalar.tensor().add_(1);
  EXPECT_EQ(scalar.value(), 5);
  EXPECT_EQ(scalar.value(), 5);
}

TEST(HostScalar, StaysWhenItsTensorMoves) {
  at::Tensor buffer = at::full({}, 2.0);
  const HostScalar scalar(buffer);
  EXPECT_EQ(scalar.value(), 2);
  buffer.set_data(at::full({}, 2.0));
  EXPECT_EQ(scalar.value(), 2);
  buffer.fill_(7);
  EXPECT_EQ(scalar.value(), 7);
}

}  // namespace
}  // namespace songscape
