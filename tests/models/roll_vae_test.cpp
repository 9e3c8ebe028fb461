#include "models/roll_vae.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "data/synthetic_source.h"
#include "nn/noise.h"
#include "temporary_folder.h"
#include "train/adam.h"
#include "train/trainer.h"
#include "train/weights.h"

namespace songscape {
namespace {

constexpr int64_t kRollFrames = 12, kNotes = 6;

RollVaeConfig small_roll(int64_t state_dim) {
  return {.input_shape = {kNotes, kRollFrames},
          .frame_latent_dim = 3,
          .state_dim = state_dim,
          .hidden_dim = 16,
          .n_hidden = 2,
          .n_components = 5,
          .n_samples = 4,
          .dropout = 0};
}

// Rolls of 0 and 1; the last song is padded behind frame 7.
Batch rolls() {
  at::Generator noise = noise_for(3, "rolls");
  const at::Tensor x = coin_noise({4, kNotes, kRollFrames}, 0.4, noise, at::kCPU);
  x[3].narrow(1, 7, kRollFrames - 7).zero_();
  return {.x = x,
          .n_valid_frames = at::tensor(std::vector<int64_t>{kRollFrames, kRollFrames, kRollFrames, 7}, at::kLong)};
}

VaeLoss loss_of(RollVae& model, const Batch& batch, double beta = 1, uint64_t step = 0) {
  Pass pass{.is_training = true, .noise = noise_for(1, "test", 0, step)};
  return model.loss(batch, beta, pass);
}

class RollVaes : public testing::TestWithParam<int64_t> {
 protected:
  RollVaes() { at::set_num_threads(1); }
  RollVae model_{small_roll(GetParam()), 1};
};
INSTANTIATE_TEST_SUITE_P(WithoutAndWithAPast, RollVaes, testing::Values(0, 8));

TEST_P(RollVaes, EncodesAndDecodesToItsShapes) {
  Pass pass{.is_training = false, .noise = noise_for(1, "test")};
  const Posterior q = model_.encode(rolls().x, pass);
  EXPECT_EQ(q.mean.sizes(), (std::vector<int64_t>{4, model_.latent_dim()}));
  EXPECT_EQ(q.log_var.sizes(), q.mean.sizes());
  const at::Tensor x_hat = model_.decode(q.mean, pass), z = model_.sample_prior(3, pass);
  EXPECT_EQ(x_hat.sizes(), rolls().x.sizes());
  EXPECT_GE(x_hat.min().item<float>(), 0.0f);
  EXPECT_LE(x_hat.max().item<float>(), 1.0f);
  EXPECT_EQ(z.sizes(), (std::vector<int64_t>{3, model_.latent_dim()}));
  const VaeLoss loss = loss_of(model_, rolls());
  EXPECT_EQ(loss.mse.sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(loss.posterior.mean.sizes(), q.mean.sizes());
  EXPECT_TRUE(loss.posterior.mean.slice(0, 0, 3).allclose(q.mean.slice(0, 0, 3), 1e-4, 1e-5));
}

TEST_P(RollVaes, GradientReachesEveryParameter) {
  loss_of(model_, rolls()).total.backward();
  for (const NamedTensor& p : model_.tensors().parameters()) {
    ASSERT_TRUE(p.value.grad().defined()) << p.name;
    EXPECT_GT(p.value.grad().abs().max().item<float>(), 0.0f) << p.name;
  }
}

TEST_P(RollVaes, TermsSumToTheTotal) {
  const VaeLoss loss = loss_of(model_, rolls(), 0.37);
  double sum = 0;
  for (const LossTerm& t : loss.terms) {
    EXPECT_EQ(t.count, 4);
    sum += t.weight * t.value.item<double>();
  }
  EXPECT_NEAR(loss.total.item<double>(), sum, 1e-4 * std::abs(sum));
}

TEST_P(RollVaes, PaddingCountsForNothing) {
  const Batch padded = rolls();
  const Batch alone{.x = padded.x.narrow(0, 3, 1).narrow(2, 0, 7), .n_valid_frames = {}};
  Batch last{.x = padded.x.narrow(0, 3, 1).clone(), .n_valid_frames = padded.n_valid_frames.narrow(0, 3, 1)};
  last.x.narrow(2, 7, kRollFrames - 7).fill_(1);
  const VaeLoss one = loss_of(model_, alone), other = loss_of(model_, last);
  EXPECT_NEAR(one.total.item<double>(), other.total.item<double>(), 1e-4);
  EXPECT_NEAR(one.mse.item<double>(), other.mse.item<double>(), 1e-6);
}

TEST_P(RollVaes, MoreSamplesBoundTheLikelihoodFromNearer) {
  const at::NoGradGuard no_grad;
  const auto bound = [&](int64_t n_samples) {
    double sum = 0;
    for (uint64_t i = 0; i < 20; ++i) {
      at::Generator noise = noise_for(1, "bound", i);
      sum += model_.frame_bounds(rolls(), n_samples, noise).sum().item<double>() / 20;
    }
    return sum;
  };
  double elbo = 0;
  for (uint64_t i = 0; i < 20; ++i)
    for (const LossTerm& t : loss_of(model_, rolls(), 1, i).terms)
      if (t.name != "importance") elbo -= 4 * t.value.item<double>() / 20;
  const double one = bound(1), ten = bound(10), thousand = bound(1000);
  EXPECT_NEAR(one, elbo, 0.05 * std::abs(elbo));
  EXPECT_LT(one, ten);
  EXPECT_LT(ten, thousand);
}

// Every chord that the keys can form, as a song of one frame each.
TEST_P(RollVaes, ProbabilitiesOfAllChordsSumToOne) {
  constexpr int64_t kChords = 1 << kNotes;
  const at::Tensor x = at::zeros({kChords, kNotes, 1});
  for (int64_t i = 0; i < kChords; ++i)
    for (int64_t key = 0; key < kNotes; ++key) x[i][key][0] = static_cast<float>(i >> key & 1);
  at::Generator noise = noise_for(1, "bound");
  const at::Tensor log_p = model_.frame_bounds({.x = x, .n_valid_frames = {}}, 5000, noise);
  EXPECT_NEAR(log_p.exp().sum().item<double>(), 1.0, 0.02);
}

TEST(RollVae, AFrameHearsOnlyWhatCameBefore) {
  const at::NoGradGuard no_grad;
  RollVae model(small_roll(8), 1);
  const at::Tensor x = rolls().x.narrow(0, 0, 1), changed = x.clone();
  changed.select(2, 5).fill_(1);
  const auto bounds = [&](const at::Tensor& of) {
    at::Generator noise = noise_for(1, "bound");
    return model.frame_bounds({.x = of, .n_valid_frames = {}}, 5, noise);
  };
  const at::Tensor difference = (bounds(x) - bounds(changed)).abs();
  EXPECT_EQ(difference.narrow(0, 0, 5).max().item<float>(), 0.0f);
  EXPECT_GT(difference.narrow(0, 6, 1).item<float>(), 0.0f);
}

TEST_P(RollVaes, OverfitsOneBatch) {
  const Batch batch = rolls();
  model_.prepare(batch, batch.size());
  Adam adam(model_.tensors(), 0);
  double first = 0, last = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    const VaeLoss loss = loss_of(model_, batch, 1e-3, i);
    loss.total.backward();
    adam.step(1e-2);
    last = loss.mse.mean().item<double>();
    if (i == 0) first = last;
  }
  EXPECT_LT(last, 0.25 * first);
}

TEST_P(RollVaes, SavedAndLoadedItEncodesTheSame) {
  const TemporaryFolder folder;
  RollVae other(small_roll(GetParam()), 2);
  save_weights(model_, folder.path() / "w.safetensors");
  load_weights(other, folder.path() / "w.safetensors");
  Pass pass;
  EXPECT_TRUE(other.encode(rolls().x, pass).mean.equal(model_.encode(rolls().x, pass).mean));
}

TEST(RollVae, StoppedAndResumedEqualsUninterruptedToTheBit) {
  at::set_num_threads(1);
  const TemporaryFolder folder;
  const SyntheticSource source({.n_rows = 12, .item_shape = {kNotes, kRollFrames}, .vary_length = true});
  const Split split{.train = {0, 1, 2, 3, 4, 5, 6, 7}, .validation = {8, 9, 10, 11}};
  const auto go = [&](const std::string& name, int64_t n_epochs) {
    RollVae model(small_roll(8), 1);
    TrainConfig config;
    config.epochs = n_epochs;
    config.batch = 3;
    config.precision = "f32";
    config.threads = 1;
    config.binarise = true;
    make_folder(folder.path() / name);
    train({.model = model,
           .source = source,
           .split = split,
           .config = config,
           .folder = RunFolder(folder.path() / name)});
    return sha256_file(folder.path() / name / "model_final.safetensors");
  };
  go("parts", 2);
  EXPECT_EQ(go("parts", 4), go("whole", 4));
}

TEST(RollVae, RefusesWhatHasNotTwoAxes) { EXPECT_THROW(RollVae({.input_shape = {88}}, 1), Error); }

}  // namespace
}  // namespace songscape
