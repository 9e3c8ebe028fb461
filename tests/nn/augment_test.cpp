#include "nn/augment.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

at::Tensor dot_in_the_middle() {
  at::Tensor x = at::zeros({3, 9, 9});
  x.select(1, 4).select(1, 4).fill_(1);
  return x;
}

TEST(Augmentation, OfNothingIsTheImageItself) {
  at::Generator noise = noise_for(1, "test");
  const at::Tensor x = dot_in_the_middle();
  EXPECT_TRUE(augmented(x, {}, noise).equal(x));
}

TEST(Augmentation, TurnsAboutTheMiddleAndKeepsItsRange) {
  at::Generator noise = noise_for(1, "test");
  const at::Tensor out = augmented(dot_in_the_middle(), {.rotate_deg = 90, .scale = 0, .shear = 0.2}, noise);
  for (int64_t i = 0; i < 3; ++i) EXPECT_NEAR(out[i][4][4].item<float>(), 1, 1e-5);
  EXPECT_GE(out.min().item<float>(), 0);
}

TEST(Augmentation, ShiftsRowsAndColumnsNoFartherThanAsked) {
  at::Generator noise = noise_for(1, "test");
  const at::Tensor out = augmented(dot_in_the_middle(), {.shift_rows = 1. / 9}, noise);
  EXPECT_NEAR(out.slice(1, 3, 6).select(2, 4).sum().item<float>(), 3, 1e-4);
  EXPECT_NE(out[0][4][4].item<float>(), out[1][4][4].item<float>());
}

TEST(Augmentation, IsAFunctionOfItsNoise) {
  at::Generator a = noise_for(1, "test", 2), b = noise_for(1, "test", 2);
  const AugmentConfig config{.rotate_deg = 20, .scale = .1, .shear = .1, .shift_rows = .1, .shift_columns = .1};
  EXPECT_TRUE(augmented(dot_in_the_middle(), config, a).equal(augmented(dot_in_the_middle(), config, b)));
}

}  // namespace
}  // namespace songscape
