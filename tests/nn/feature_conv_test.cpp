#include "nn/feature_conv.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(FeatureConv, HalvesTheValuesAtEachStageAndItsMirrorGivesThemBack) {
  for (const int64_t n_values : {1, 2, 12, 39, 64}) {
    ParameterSet set;
    const Scope root{set, 1};
    const FeatureConv conv(root / "conv", n_values, {4, 6}, "relu");
    const FeatureConvTranspose back(root / "back", n_values, {4, 6}, "relu");
    EXPECT_EQ(conv.n_out(), 6 * ((n_values + 3) / 4));
    EXPECT_EQ(back.n_in(), conv.n_out());
    const at::Tensor h = conv(at::randn({3, n_values}));
    EXPECT_EQ(h.sizes(), (std::vector<int64_t>{3, conv.n_out()}));
    EXPECT_EQ(back(h).sizes(), (std::vector<int64_t>{3, n_values}));
  }
}

TEST(FeatureConv, SeesNeighboursAndNothingFurther) {
  ParameterSet set;
  const FeatureConv conv(Scope{set, 1}, 16, {1}, "none");
  const at::Tensor nothing = conv(at::zeros({1, 16}));
  for (int64_t i = 0; i < 16; ++i) {
    at::Tensor x = at::zeros({1, 16});
    x[0][i] = 1;
    const at::Tensor moved = (conv(x) - nothing)[0].ne(0);
    for (int64_t o = 0; o < 8; ++o) EXPECT_EQ(moved[o].item<bool>(), std::abs(2 * o - i) <= 1) << i << " " << o;
  }
}

TEST(FeatureConv, WithoutStagesPassesValuesOn) {
  ParameterSet set;
  const FeatureConv conv(Scope{set, 1}, 5, {}, "relu");
  const FeatureConvTranspose back(Scope{set, 1} / "back", 5, {}, "relu");
  const at::Tensor x = at::randn({2, 5});
  EXPECT_TRUE(conv(x).equal(x));
  EXPECT_TRUE(back(x).equal(x));
}

}  // namespace
}  // namespace songscape
