#include "nn/principal_part.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

at::Tensor normal(std::vector<int64_t> shape, const char* what) {
  at::Generator noise = noise_for(1, what);
  return at::empty(shape, at::kFloat).normal_(0, 1, noise);
}

TEST(PrincipalPart, RebuildsSongsThatLieInAsManyDimensions) {
  const at::Tensor x = (at::matmul(normal({40, 3}, "scores"), normal({3, 4 * 6}, "components")) + 2).view({40, 4, 6});
  ParameterSet set;
  PrincipalPart part(Scope{set}, 4, 6, 5, 1);
  part.fit(x);
  const at::Tensor scores = part.scores(x);
  EXPECT_LT((part.rebuilt(scores) - x).abs().max().item<double>(), 1e-4);
  EXPECT_NEAR(scores.narrow(1, 0, 3).square().mean().item<double>(), 1, 1e-4);
  EXPECT_EQ(scores.narrow(1, 3, 2).abs().max().item<double>(), 0);  // nothing is left for them
  EXPECT_EQ(set.n_values(), 0);                                     // no parameter, buffers alone
}

TEST(PrincipalPart, LeavesTheLeastSquaredErrorOfItsSize) {
  const at::Tensor x = normal({60, 5, 7}, "songs");
  ParameterSet few_set, more_set;
  PrincipalPart few(Scope{few_set}, 5, 7, 4, 1), more(Scope{more_set}, 5, 7, 12, 1);
  few.fit(x), more.fit(x);
  const auto error = [&](const PrincipalPart& p) {
    return (p.rebuilt(p.scores(x)) - x).square().mean().item<double>();
  };
  const double mean_alone = (x - x.mean(0)).square().mean().item<double>();
  EXPECT_LT(error(few), mean_alone);
  EXPECT_LT(error(more), error(few));
}

TEST(PrincipalPart, FewSongsAndPooledFramesGiveWhatTheyCan) {
  const at::Tensor x = normal({3, 4, 7}, "songs");
  ParameterSet set;
  PrincipalPart part(Scope{set}, 4, 7, 8, 2);
  part.fit(x);
  EXPECT_EQ(part.scores(x).narrow(1, 2, 6).abs().max().item<double>(), 0);
  EXPECT_EQ(part.rebuilt(part.scores(x)).sizes(), (std::vector<int64_t>{3, 4, 7}));
}

}  // namespace
}  // namespace songscape
