#include "nn/frame_pool.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(FramePool, AveragesWholeGroupsAndTheRestThereIs) {
  const at::Tensor x = at::arange(7).to(at::kFloat).view({1, 1, 7});
  const at::Tensor pooled = pool_frames(x, 3);  // (0 1 2) (3 4 5) (6)
  ASSERT_EQ(pooled.size(2), n_pooled_frames(7, 3));
  EXPECT_EQ(pooled[0][0][0].item<float>(), 1);
  EXPECT_EQ(pooled[0][0][1].item<float>(), 4);
  EXPECT_EQ(pooled[0][0][2].item<float>(), 6);
}

TEST(FramePool, ComesBackToEveryFrameWithAStraightLineKept) {
  const at::Tensor x = at::arange(12).to(at::kFloat).view({1, 1, 12});
  const at::Tensor back = unpool_frames(pool_frames(x, 4), 4, 12);
  ASSERT_EQ(back.sizes(), x.sizes());
  // Straight between the first and the last middle, level outside.
  EXPECT_TRUE((back - x).narrow(2, 2, 8).abs().max().item<float>() < 1e-5);
}

TEST(FramePool, ByOneChangesNothing) {
  const at::Tensor x = at::rand({2, 3, 5});
  EXPECT_TRUE(unpool_frames(pool_frames(x, 1), 1, 5).equal(x));
}

}  // namespace
}  // namespace songscape
