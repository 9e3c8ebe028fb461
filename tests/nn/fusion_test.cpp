#include "nn/fusion.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

PartPosterior part(double mean, double variance, double has) {
  return {{at::tensor({static_cast<float>(mean)}).view({1, 1}),
           at::tensor({static_cast<float>(std::log(variance))}).view({1, 1})},
          at::tensor({static_cast<float>(has)})};
}
double mean_of(const Posterior& q) { return q.mean.item<float>(); }
double variance_of(const Posterior& q) { return std::exp(q.log_var.item<float>()); }

TEST(Fusion, ThePriorIsAnExpertBesideTheParts) {
  // Precisions 1, 1/.5 and 1/.25 add up; means are weighed by them.
  const Posterior q = product_of_experts({part(1, .5, 1), part(-2, .25, 1)});
  EXPECT_NEAR(variance_of(q), 1.0 / 7, 1e-6);
  EXPECT_NEAR(mean_of(q), (2 * 1 + 4 * -2) / 7.0, 1e-6);
}

TEST(Fusion, AMissingPartIsNoExpert) {
  const Posterior alone = product_of_experts({part(1, .5, 1)});
  const Posterior missing = product_of_experts({part(1, .5, 1), part(100, .01, 0)});
  EXPECT_NEAR(mean_of(missing), mean_of(alone), 1e-6);
  EXPECT_NEAR(variance_of(missing), variance_of(alone), 1e-6);
}

TEST(Fusion, ASongWithoutAnyPartLiesAtThePrior) {
  for (const Posterior& q :
       {product_of_experts({part(3, .1, 0), part(4, .1, 0)}), moments_of_mixture({part(3, .1, 0), part(4, .1, 0)})}) {
    EXPECT_NEAR(mean_of(q), 0, 1e-6);
    EXPECT_NEAR(variance_of(q), 1, 1e-6);
  }
}

TEST(Fusion, AMixtureHasTheMeanAndVarianceOfItsParts) {
  const Posterior q = moments_of_mixture({part(1, .5, 1), part(-2, .25, 1)});
  EXPECT_NEAR(mean_of(q), -.5, 1e-6);
  EXPECT_NEAR(variance_of(q), (.5 + 1 + .25 + 4) / 2 - .25, 1e-5);
  const Posterior alone = moments_of_mixture({part(1, .5, 1), part(-2, .25, 0)});
  EXPECT_NEAR(mean_of(alone), 1, 1e-6);
  EXPECT_NEAR(variance_of(alone), .5, 1e-5);
}

}  // namespace
}  // namespace songscape
