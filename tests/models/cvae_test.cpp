// A conditional model on songs whose class can be seen: a bright band of its own.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/registry.h"
#include "nn/noise.h"
#include "train/adam.h"
#include "train/tensor_file.h"

namespace songscape {
namespace {

constexpr int64_t kClasses = 3;

Batch songs(int64_t n, uint64_t seed) {
  at::Generator noise = noise_for(seed, "songs");
  Batch batch;
  batch.x = at::empty({n, 16, 16}, at::kFloat).uniform_(0, .3, noise);
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < n; ++i) {
    labels.push_back(i % kClasses);
    batch.x[i].narrow(0, labels.back() * 5, 4).add_(.5);
  }
  batch.labels = at::tensor(labels, at::kLong);
  return batch;
}

std::unique_ptr<Vae> trained(std::vector<std::string> settings) {
  at::set_num_threads(1);
  ModelSpec spec{.name = "cvae", .size = "compact", .input_shape = {16, 16}, .seed = 1};
  for (const char* s : {"n_classes=3", "latent_dim=2", "channels=[4,8]", "frame_pool=1", "loss.beta=200"})
    spec.settings.set(s);
  for (const std::string& s : settings) spec.settings.set(s);
  auto model = make_model(spec);
  const Batch batch = songs(24, 1);
  model->prepare(batch, batch.size());
  Adam adam(model->tensors(), 0);
  for (uint64_t step = 0; step < 200; ++step) {
    Pass pass{.is_training = true, .noise = noise_for(1, "step", step)};
    model->loss(batch, 200, pass).total.backward();
    adam.step(1e-2);
  }
  return model;
}

double share_right(Vae& model) {
  const Batch unseen = songs(30, 2);
  Pass pass;
  const at::Tensor scores = model.class_log_scores(unseen.x, pass);
  EXPECT_EQ(scores.sizes(), (std::vector<int64_t>{30, kClasses}));
  EXPECT_NEAR(scores.exp().sum(1).sub(1).abs().max().item<float>(), 0, 1e-5);
  return scores.argmax(1).eq(unseen.labels).to(at::kFloat).mean().item<double>();
}

TEST(Cvae, InfersTheClassThatCanBeSeenByItsElboAndByItsRecogniser) {
  EXPECT_GE(share_right(*trained({"inference=elbo", "pooling=time"})), .9);
  EXPECT_GE(share_right(*trained({"inference=recogniser", "pooling=time"})), .9);
  EXPECT_GE(share_right(*trained({"inference=elbo", "prior=class"})), .9);
}

TEST(Cvae, EncodingWithoutLabelsTellsItselfTheInferredOnesAndLeavesThemInThePass) {
  const auto model = trained({"inference=recogniser", "pooling=time"});
  const Batch unseen = songs(12, 2);
  Pass untold, scored;
  const Posterior q = model->encode(unseen.x, untold);
  ASSERT_TRUE(untold.labels.defined());
  EXPECT_TRUE(untold.labels.equal(model->class_log_scores(unseen.x, scored).argmax(1)));
  Pass told{.labels = untold.labels};
  EXPECT_TRUE(model->encode(unseen.x, told).mean.equal(q.mean));
}

TEST(Cvae, ASampleOfAClassLooksLikeIt) {
  const auto model = trained({"prior=class"});
  Pass pass{.noise = noise_for(3, "samples"), .labels = at::tensor(std::vector<int64_t>{0, 1, 2}, at::kLong)};
  const at::Tensor z = model->sample_prior(3, pass), x = model->decode(z, pass);
  for (int64_t y = 0; y < kClasses; ++y) {
    const at::Tensor by_band = x[y].mean(1);
    EXPECT_EQ(by_band.argmax().item<int64_t>() / 5, y);
  }
}

TEST(Cvae, GuidanceTeachesTheDecoderAndLeavesTheRecogniserAsItIs) {
  ModelSpec spec{.name = "cvae", .size = "compact", .input_shape = {16, 16}, .seed = 1};
  for (const char* s : {"n_classes=3", "latent_dim=2", "channels=[4,8]", "frame_pool=1", "inference=recogniser",
                        "prior=class", "guidance_weight=1"})
    spec.settings.set(s);
  const auto model = make_model(spec);
  const Batch batch = songs(12, 1);
  model->prepare(batch, batch.size());
  Pass pass{.is_training = true, .noise = noise_for(1, "step")};
  const VaeLoss loss = model->loss(batch, 1, pass);
  const auto guidance = std::find_if(loss.terms.begin(), loss.terms.end(), [](auto& t) { return t.name == "guidance"; });
  ASSERT_NE(guidance, loss.terms.end());
  EXPECT_NEAR(guidance->value.item<double>(), std::log(3.0), .7);
  guidance->value.backward();
  double decoder = 0, recogniser = 0;
  for (const NamedTensor& t : all_tensors(model->tensors())) {
    if (!t.value.grad().defined()) continue;
    const double size = t.value.grad().abs().sum().item<double>();
    (t.name.find("recogniser") == std::string::npos ? decoder : recogniser) += size;
  }
  EXPECT_GT(decoder, 0);
  EXPECT_EQ(recogniser, 0);
}

TEST(Cvae, DrawsClassesWhereNoneAreAskedFor) {
  const auto model = trained({});
  Pass pass{.noise = noise_for(3, "samples")};
  EXPECT_EQ(model->sample_prior(50, pass).sizes(), (std::vector<int64_t>{50, 2}));
  ASSERT_TRUE(pass.labels.defined());
  EXPECT_EQ(pass.labels.min().item<int64_t>(), 0);
  EXPECT_EQ(pass.labels.max().item<int64_t>(), kClasses - 1);
  Pass untold;
  EXPECT_EQ(model->decode(at::empty({4, 2}, at::kFloat).zero_(), untold).sizes(), (std::vector<int64_t>{4, 16, 16}));
}

TEST(Cvae, FewerThanTwoClassesAndLabelsBeyondThemAreRefused) {
  ModelSpec spec{.name = "cvae", .size = "compact", .input_shape = {16, 16}};
  spec.settings.set("n_classes=1");
  EXPECT_THROW(make_model(spec), Error);
  const auto model = trained({});
  Pass pass{.labels = at::tensor(std::vector<int64_t>{3}, at::kLong)};
  EXPECT_THROW(model->encode(songs(1, 2).x, pass), Error);
}

}  // namespace
}  // namespace songscape
