#include "nn/effective_dims.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

at::Tensor white(at::IntArrayRef shape, uint64_t seed = 1) {
  at::Generator noise = noise_for(seed, "white");
  return at::empty(shape, at::kFloat).normal_(0, 1, noise);
}

TEST(EffectiveDims, WhiteNoiseCountsEveryValue) {
  EXPECT_NEAR(effective_dims(white({200, 16, 32})) / (16 * 32), 1.0, 0.05);
}

TEST(EffectiveDims, AMovingAverageCountsItsClosedForm) {
  // Mean of four neighbours: ρ = 1, ¾, ½, ¼, so Σρ² over both sides is 1 + 2 · .875 = 2.75.
  const at::Tensor w = white({400, 1, 256});
  const at::Tensor x = w + w.roll(1, 2) + w.roll(2, 2) + w.roll(3, 2);
  EXPECT_NEAR(effective_dims(x) / 256, 1 / 2.75, 0.02);
}

TEST(EffectiveDims, AConstantFieldIsOneValue) {
  EXPECT_NEAR(effective_dims(white({300, 1, 1}).expand({300, 8, 16})), 1.0, 0.05);
}

TEST(EffectiveDims, NeverLeavesOneToAll) {
  EXPECT_GE(effective_dims(white({2, 5})), 1.0);
  EXPECT_LE(effective_dims(white({2, 5})), 5.0);
  EXPECT_EQ(effective_dims(white({3, 4}) * 0), 1.0);
}

}  // namespace
}  // namespace songscape
