#include "nn/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/activation.h"
#include "nn/noise.h"
#include "nn/output.h"

namespace songscape {
namespace {

TEST(Layers, FirstWeightsFollowFromSeedAndNameAlone) {
  ParameterSet a, b, c;
  const Linear one(Scope{a, 5} / "one", 8, 4);
  const Linear other(Scope{b, 5} / "other", 8, 4), again(Scope{b, 5} / "one", 8, 4);
  const Linear seeded(Scope{c, 6} / "one", 8, 4);
  EXPECT_TRUE(one.weight.equal(again.weight));
  EXPECT_FALSE(one.weight.equal(other.weight));
  EXPECT_FALSE(one.weight.equal(seeded.weight));
  EXPECT_LE(one.weight.abs().max().item<float>(), 1 / std::sqrt(8.0));
}

TEST(Layers, TheSameNameTwiceIsADefect) {
  ParameterSet set;
  const Linear first(Scope{set, 1} / "a", 2, 2);
  EXPECT_THROW(Linear(Scope{set, 1} / "a", 2, 2), Error);
}

TEST(Layers, StridedConvolutionsHalveAndTheirTransposeDoubles) {
  ParameterSet set;
  const Conv2d down(Scope{set, 1} / "down", {.n_in = 1, .n_out = 3});
  const ConvTranspose2d up(Scope{set, 1} / "up", {.n_in = 3, .n_out = 1});
  const at::Tensor h = down(at::rand({2, 1, 8, 13}));
  EXPECT_EQ(h.sizes(), (std::vector<int64_t>{2, 3, 4, 6}));
  EXPECT_EQ(up(h).sizes(), (std::vector<int64_t>{2, 1, 8, 12}));
}

TEST(Layers, DropoutKeepsTheMeanAndDoesNothingOutsideTraining) {
  Pass training{.is_training = true, .noise = noise_for(3, "dropout")}, evaluation;
  const at::Tensor x = at::ones({100, 1000});
  const at::Tensor y = dropout(x, 0.2, training);
  EXPECT_NEAR(y.mean().item<float>(), 1.0, 0.01);
  EXPECT_NEAR(y.eq(0).to(at::kFloat).mean().item<float>(), 0.2, 0.01);
  EXPECT_TRUE(dropout(x, 0.2, evaluation).equal(x));
}

TEST(Layers, BatchNormStandardisesInTrainingAndRemembersForLater) {
  ParameterSet set;
  const BatchNorm norm(Scope{set, 1} / "norm", 2);
  const at::Tensor x = at::rand({64, 2}) * 3 + 5;
  const at::Tensor y = norm(x, Pass{.is_training = true, .noise = {}});
  EXPECT_NEAR(y.mean().item<float>(), 0, 1e-4);
  EXPECT_NEAR(norm.running_mean[0].item<float>(), 0.1 * x.mean(0)[0].item<float>(), 1e-4);
  EXPECT_EQ(set.parameters().size(), 2u);
  EXPECT_EQ(set.buffers().size(), 2u);
}

TEST(Layers, OutputsStartAtTheMeanThatTheirBiasWasMadeFor) {
  const at::Tensor mean = at::rand({5}) * 0.9 + 0.05;
  for (const char* output : {"sigmoid", "linear"})
    EXPECT_TRUE(to_output(bias_for_mean(mean, output), output).allclose(mean, 1e-4, 1e-5)) << output;
}

TEST(Layers, DataOutsideTheRangeOfASigmoidAreRefused) {
  const Batch batch{at::rand({2, 3}) * 4, {}};
  EXPECT_THROW(check_range_of_data(batch, "sigmoid"), Error);
  EXPECT_NO_THROW(check_range_of_data(batch, "linear"));
}

}  // namespace
}  // namespace songscape
