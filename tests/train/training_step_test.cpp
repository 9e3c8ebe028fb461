#include "train/training_step.h"

#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "data/synthetic_source.h"
#include "kernels/linear.h"
#include "models/registry.h"
#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr double kLr = 1e-3, kBeta = 1;

// Its first and last layers are wide (nn/wide_linear.h).
std::unique_ptr<Vae> make_wide_model() {
  ModelSpec spec{.name = "basic_vae", .size = "spec", .input_shape = {64, 64}, .seed = 3};
  for (const char* s : {"latent_dim=8", "widths=[384,64]", "dropout=0"}) spec.settings.set(s);
  return make_model(spec);
}

Batch songs() { return {at::rand({12, 64, 64}, noise_for(1, "songs"), at::kFloat), {}}; }

Pass pass_of(uint64_t step) { return {.is_training = true, .noise = noise_for(2, "step", 0, step)}; }

// A step by hand; the loss before it.
double step_by_hand(Vae& model, Adam& adam, uint64_t step, bool is_bf16, bool is_factored, double max_grad_norm) {
  Pass pass = pass_of(step);
  VaeLoss loss;
  {
    const Autocast bf16(is_bf16);
    std::optional<GradientFactors::Scope> scope;
    if (is_factored) scope.emplace(adam.factors());
    loss = model.loss(songs(), kBeta, pass);
  }
  loss.total.backward();
  const double norm = adam.grad_norm();
  adam.step(kLr, max_grad_norm > 0 && norm > max_grad_norm ? norm / max_grad_norm : 1);
  return loss.total.item<double>();
}

std::vector<double> train_by_hand(bool is_bf16, bool is_factored) {
  const auto model = make_wide_model();
  Adam adam(model->tensors(), 1e-4);
  std::vector<double> losses;
  for (uint64_t step = 0; step < 10; ++step)
    losses.push_back(step_by_hand(*model, adam, step, is_bf16, is_factored, 0));
  return losses;
}

void expect_near(const std::vector<double>& seen, const std::vector<double>& wanted, double tolerance) {
  for (size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(seen[i], wanted[i], tolerance * std::abs(wanted.front())) << "step " << i;
}

TEST(TrainingStep, GradientsInFactorsTrainAsThoseWrittenOut) {
  if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  const std::vector<double> factored = train_by_hand(true, true), written = train_by_hand(true, false);
  expect_near(factored, written, 1e-4);
  EXPECT_LT(factored.back(), factored.front());
}

TEST(TrainingStep, InBf16TrainsAsInF32) { expect_near(train_by_hand(true, true), train_by_hand(false, false), 2e-2); }

TEST(TrainingStep, IsForwardBackwardAndAdamWithGradientsScaledDown) {
  const SyntheticSource source{{.n_rows = 12, .item_shape = {64, 64}}};
  const std::vector<int64_t> rows;
  const auto model = make_wide_model(), other = make_wide_model();
  double last_norm = 0;
  for (const bool is_clipped : {false, true}) {
    const double max_grad_norm = is_clipped ? last_norm / 4 : 0;
    TrainingStep training(*model, {.is_bf16 = true, .weight_decay = 1e-4, .max_grad_norm = max_grad_norm});
    Adam adam(other->tensors(), 1e-4);
    for (uint64_t step = 0; step < 3; ++step) {
      Pass pass = pass_of(step);
      const auto result =
          training.run(songs(), kBeta, kLr, pass, {.epoch = 1, .n_step = 1, .rows = rows, .source = source});
      EXPECT_EQ(result.loss.total.item<double>(), step_by_hand(*other, adam, step, true, true, max_grad_norm));
      EXPECT_EQ(result.is_clipped, is_clipped);
      last_norm = result.grad_norm;
    }
  }
  const auto &ours = model->tensors().parameters(), &theirs = other->tensors().parameters();
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(ours[i].value.equal(theirs[i].value)) << ours[i].name;
}

}  // namespace
}  // namespace songscape
