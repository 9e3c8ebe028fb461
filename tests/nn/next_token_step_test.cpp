// −log p by our kernel, in bf16, against LibTorch's operators in f32.
#include "nn/next_token_step.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cmath>

#include "composed.h"
#include "kernels/linear.h"
#include "nn/autocast.h"

namespace songscape {
namespace {

struct VocabularyCase {
  int64_t n_tokens, width, n_vocabulary;
};

at::Tensor targets_of(const VocabularyCase& c) { return at::arange(c.n_tokens, at::kLong) * 7 % c.n_vocabulary; }

// h, norm's weight and bias, weight and bias towards logits
Tensors next_token_inputs(const VocabularyCase& c) {
  return {random_bf16_values({c.n_tokens, c.width}, 1), random_bf16_values({c.width}, 2) * .25 + 1,
          random_bf16_values({c.width}, 3) * .25, random_bf16_values({c.n_vocabulary, c.width}, 4) * .25,
          random_bf16_values({c.n_vocabulary}, 5)};
}

at::Tensor nats_by_kernel(const VocabularyCase& c, const Tensors& in) {
  const Autocast bf16(true);
  return next_token_step(in[0], {in[1], in[2]}, {in[3], in[4]}, targets_of(c)).nats;
}

at::Tensor logits_of(const Tensors& in) {
  return at::linear(at::layer_norm(in[0], {in[0].size(1)}, in[1], in[2], 1e-5), in[3], in[4]);
}

class NextTokenStep : public testing::TestWithParam<VocabularyCase> {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
  const VocabularyCase c = GetParam();
};

TEST_P(NextTokenStep, EqualsTheComposedFormInF32WithinBf16) {
  const at::Tensor of_nats = random_bf16_values({c.n_tokens}, 6);
  const Tensors seen =
      run_backward([&](const Tensors& in) { return nats_by_kernel(c, in); }, next_token_inputs(c), of_nats);
  const Tensors wanted = run_backward(
      [&](const Tensors& in) { return at::cross_entropy_loss(logits_of(in), targets_of(c), {}, at::Reduction::None); },
      next_token_inputs(c), of_nats);
  for (size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(seen[i].sizes(), wanted[i].sizes()) << i;
    EXPECT_LT(((seen[i] - wanted[i]).norm() / wanted[i].norm()).item<double>(), .01) << i;
  }
}

TEST_P(NextTokenStep, NamesTheLikeliest) {
  const Tensors in = next_token_inputs(c);
  const Autocast bf16(true);
  const at::Tensor likeliest = next_token_step(in[0], {in[1], in[2]}, {in[3], in[4]}, targets_of(c)).likeliest;
  const at::Tensor logits = logits_of(in);
  const at::Tensor lost = std::get<0>(logits.max(1)) - logits.gather(1, likeliest.unsqueeze(1)).squeeze(1);
  EXPECT_LT(lost.max().item<double>(), .2);
  EXPECT_GE(lost.min().item<double>(), 0);
}

TEST_P(NextTokenStep, IsTheSameOnOneThread) {
  const int n_threads = at::get_num_threads();
  std::vector<Tensors> results;
  for (const int n : {1, 2}) {
    at::set_num_threads(n);
    results.push_back(run_backward([&](const Tensors& in) { return nats_by_kernel(c, in); }, next_token_inputs(c),
                                   random_bf16_values({c.n_tokens}, 6)));
  }
  at::set_num_threads(n_threads);
  for (size_t i = 0; i < results[0].size(); ++i) EXPECT_TRUE(results[0][i].equal(results[1][i])) << i;
}

INSTANTIATE_TEST_SUITE_P(Vocabularies, NextTokenStep,
                         testing::Values(VocabularyCase{1, 32, 3}, VocabularyCase{130, 64, 774},
                                         VocabularyCase{77, 96, 64}));

TEST(NextTokenStepPrecision, ACertainTokenStillHasItsSmallGradient) {
  if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  const VocabularyCase c{1, 32, 40};
  Tensors in = next_token_inputs(c);
  in[3] = in[3] * 0;
  in[4] = in[4] * 0;
  in[4][0] = 12;
  const Tensors seen = run_backward([&](const Tensors& x) { return nats_by_kernel(c, x); }, in, at::ones({1}));
  const double rest = 39 * std::exp(-12.0), wanted = -rest / (1 + rest);
  EXPECT_NEAR(seen[5][0].item<double>(), wanted, 1e-3 * -wanted);
}

}  // namespace
}  // namespace songscape
