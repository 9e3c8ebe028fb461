#include "nn/importance_bound.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/noise.h"

namespace songscape {
namespace {

// z ~ N(0, 1), x | z ~ N(a z, s²): p(x) = N(0, a² + s²), and q may be exact or not.
struct LinearGaussian {
  double a = 2, s = 0.5, x = 1.3;
  double log_p() const {
    const double v = a * a + s * s;
    return -0.5 * (std::log(2 * M_PI * v) + x * x / v);
  }
  Posterior exact() const {
    const double v = 1 / (1 + a * a / (s * s));
    return {at::full({1, 1}, v * a * x / (s * s)), at::full({1, 1}, std::log(v))};
  }
  double bound(const Posterior& q, int64_t n, uint64_t seed = 1) const {
    at::Generator noise = noise_for(seed, "test");
    return importance_bound({.posterior = q,
                             .log_likelihood =
                                 [this](const at::Tensor& z) {
                                   return -0.5 * (std::log(2 * M_PI * s * s) + (x - a * z).square() / (s * s)).sum(2);
                                 },
                             .n_samples = n,
                             .n_at_once = 37},
                            noise)
        .item<float>();
  }
};

TEST(ImportanceBound, IsTheLogLikelihoodWhereThePosteriorIsExact) {
  const LinearGaussian model;
  for (const int64_t n : {1, 10, 100}) EXPECT_NEAR(model.bound(model.exact(), n), model.log_p(), 1e-4);
}

TEST(ImportanceBound, RisesFromTheElboToTheLogLikelihood) {
  const LinearGaussian model;
  Posterior q = model.exact();
  q.mean = q.mean + 0.1;
  q.log_var = q.log_var + 0.7;
  double elbo = 0, some = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    elbo += model.bound(q, 1, seed) / 300;
    some += model.bound(q, 5, seed) / 300;
  }
  EXPECT_LT(elbo, some);
  EXPECT_LT(some, model.log_p());
  EXPECT_NEAR(model.bound(q, 20000), model.log_p(), 0.01);
}

TEST(ImportanceBound, TakesAnotherPrior) {
  const LinearGaussian model;  // the same prior, given as a function
  at::Generator noise = noise_for(1, "test");
  const Posterior q = model.exact();
  const at::Tensor bound = importance_bound(
      {.posterior = q,
       .log_likelihood =
           [&](const at::Tensor& z) {
             return -0.5 *
                    (std::log(2 * M_PI * model.s * model.s) + (model.x - model.a * z).square() / (model.s * model.s))
                        .sum(2);
           },
       .log_prior = [](const at::Tensor& z) { return -0.5 * (std::log(2 * M_PI) + z.square()).sum(2); },
       .n_samples = 10},
      noise);
  EXPECT_NEAR(bound.item<float>(), model.log_p(), 1e-4);
}

}  // namespace
}  // namespace songscape
