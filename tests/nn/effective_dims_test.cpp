#include "nn/effective_dims.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
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

TEST(EffectiveDims, ComponentsTakeOffWhatWholeSongsShare) {
  const at::Tensor loudness = white({200, 1, 1}, 2) * 30;
  const at::Tensor noise = white({200, 8, 32});
  EXPECT_LT(effective_dims(noise + loudness), 2);
  EXPECT_GT(effective_dims(residual_after_components(noise + loudness, 1)), 0.9 * 8 * 32);
}

TEST(EffectiveDims, AsManyComponentsAsTheSongsHaveLeaveNothing) {
  const at::Tensor x = at::matmul(white({40, 3}), white({3, 20}, 2));
  EXPECT_LT(residual_after_components(x, 3).abs().max().item<float>(), 1e-3);
}

}  // namespace
}  // namespace songscape
