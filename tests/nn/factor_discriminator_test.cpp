#include "nn/factor_discriminator.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

at::Tensor codes(int64_t n) {
  at::Generator noise = noise_for(1, "codes");
  return at::empty({n, 3}, at::kFloat).normal_(0, 1, noise);
}

TEST(FactorDiscriminator, PermutesEachDimensionInAnOrderOfItsOwn) {
  const at::Tensor z = codes(50);
  at::Generator noise = noise_for(2, "order"), again = noise_for(2, "order");
  const at::Tensor p = permute_dimensions(z, noise);
  for (int64_t d = 0; d < 3; ++d) {
    EXPECT_TRUE(std::get<0>(p.select(1, d).sort()).equal(std::get<0>(z.select(1, d).sort()))) << d;
    EXPECT_FALSE(p.select(1, d).equal(z.select(1, d))) << d;
  }
  EXPECT_TRUE(permute_dimensions(z, again).equal(p));
}

TEST(FactorDiscriminator, ItsLossMovesItsWeightsAloneAndTheTotalCorrelationMovesZAlone) {
  ParameterSet set;
  const FactorDiscriminator d({set, 1, "discriminator"}, 3, {8, 4});
  ASSERT_EQ(set.parameters().size(), 6u);
  EXPECT_EQ(set.parameters().front().name, "discriminator.0.weight");
  at::Tensor z = codes(20).set_requires_grad(true);
  at::Generator noise = noise_for(2, "order");
  d.total_correlation(z).backward();
  EXPECT_GT(z.grad().abs().max().item<float>(), 0.0f);
  for (const NamedTensor& p : set.parameters()) EXPECT_FALSE(p.value.grad().defined()) << p.name;
  z.mutable_grad().reset();
  d.loss(z, noise).backward();
  EXPECT_FALSE(z.grad().defined());
  for (const NamedTensor& p : set.parameters()) EXPECT_GT(p.value.grad().abs().max().item<float>(), 0.0f) << p.name;
}

}  // namespace
}  // namespace songscape
