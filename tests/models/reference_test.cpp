// Ten steps of each model beside a short reference written with LibTorch's own modules and optimiser.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "data/synthetic_source.h"
#include "models/registry.h"
#include "nn/noise.h"
#include "train/adam.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

namespace tn = torch::nn;
constexpr int64_t kBands = 16, kFrames = 30, kLatent = 5;

// A model's modules by our names.
struct Reference : tn::Module {
  virtual at::Tensor features(at::Tensor x) = 0;
  virtual at::Tensor decode(at::Tensor z) = 0;
  tn::Linear to_mean{nullptr}, to_log_var{nullptr};

  at::Tensor loss(const at::Tensor& x, double beta, at::Tensor epsilon) {
    const at::Tensor h = features(x), mean = to_mean(h), log_var = to_log_var(h);
    const at::Tensor x_hat = decode(mean + (log_var / 2).exp() * epsilon);
    const at::Tensor variance = (x_hat - x).pow(2).mean().detach();
    const double n = static_cast<double>(x[0].numel());
    const at::Tensor nats = 0.5 * n * torch::log(2 * M_PI * variance) + (x_hat - x).pow(2).sum({1, 2}) / (2 * variance);
    const at::Tensor kl = 0.5 * (mean.pow(2) + log_var.exp() - 1 - log_var).sum(1);
    return nats.mean() + beta * kl.mean();
  }
};

struct BasicReference : Reference {
  tn::Sequential encoder, decoder;
  BasicReference()
      : encoder(tn::Linear(kBands * kFrames, 12), tn::BatchNorm1d(12), tn::ReLU(), tn::Linear(12, 7),
                tn::BatchNorm1d(7), tn::ReLU()),
        decoder(tn::Linear(kLatent, 7), tn::BatchNorm1d(7), tn::ReLU(), tn::Linear(7, 12), tn::BatchNorm1d(12),
                tn::ReLU(), tn::Linear(12, kBands * kFrames), tn::Sigmoid()) {
    register_module("encoder", encoder);
    to_mean = register_module("to_mean", tn::Linear(7, kLatent));
    to_log_var = register_module("to_log_var", tn::Linear(7, kLatent));
    register_module("decoder", decoder);
  }
  at::Tensor features(at::Tensor x) override { return encoder->forward(x.flatten(1)); }
  at::Tensor decode(at::Tensor z) override { return decoder->forward(z).view({-1, kBands, kFrames}); }
};

struct ConvReference : Reference {
  tn::Sequential encoder, decoder;
  tn::Linear from_z{nullptr};
  static auto down(int64_t a, int64_t b) { return tn::Conv2d(tn::Conv2dOptions(a, b, 4).stride(2).padding(1)); }
  static auto up(int64_t a, int64_t b) {
    return tn::ConvTranspose2d(tn::ConvTranspose2dOptions(a, b, 4).stride(2).padding(1));
  }
  static auto leaky() { return tn::LeakyReLU(tn::LeakyReLUOptions().negative_slope(0.01)); }
  ConvReference()
      : encoder(down(1, 3), tn::BatchNorm2d(3), leaky(), down(3, 4), tn::BatchNorm2d(4), leaky()),
        decoder(up(4, 3), tn::BatchNorm2d(3), leaky(), up(3, 1), tn::Sigmoid()) {
    register_module("encoder", encoder);
    to_mean = register_module("to_mean", tn::Linear(4 * 4 * 7, kLatent));
    to_log_var = register_module("to_log_var", tn::Linear(4 * 4 * 7, kLatent));
    from_z = register_module("from_z", tn::Linear(kLatent, 4 * 4 * 7));
    register_module("decoder", decoder);
  }
  // The latent layers see [bands, frames, channels], in the order in which channels-last values lie.
  at::Tensor features(at::Tensor x) override {
    return encoder->forward(x.unsqueeze(1)).permute({0, 2, 3, 1}).flatten(1);
  }
  at::Tensor decode(at::Tensor z) override {
    const at::Tensor h = from_z(z).view({-1, 4, 7, 4}).permute({0, 3, 1, 2}).contiguous();
    const at::Tensor y = decoder->forward(h).squeeze(1);  // [batch, 16, 28]
    return torch::cat({y, y.slice(2, 27, 28), y.slice(2, 27, 28)}, 2);
  }
};

// Both list their parameters layer by layer: encoder, μ, log σ², decoder.
void copy_weights(Vae& from, Reference& to) {
  torch::NoGradGuard no_grad;
  const auto theirs = to.parameters();
  const auto& ours = from.tensors().parameters();
  ASSERT_EQ(theirs.size(), ours.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    ASSERT_EQ(theirs[i].sizes(), ours[i].value.sizes()) << ours[i].name;
    theirs[i].copy_(ours[i].value);
  }
}

void expect_equal_paths(const ModelSpec& spec, Reference& reference) {
  at::set_num_threads(1);
  const auto model = make_model(spec);
  copy_weights(*model, reference);
  const SyntheticSource source({.n_rows = 6, .item_shape = {kBands, kFrames}});
  const Batch batch = read_batch(source, {0, 1, 2, 3, 4, 5});
  Adam adam(model->tensors(), 0);
  torch::optim::Adam their_adam(reference.parameters(), torch::optim::AdamOptions(1e-3));
  for (uint64_t step = 0; step < 10; ++step) {
    at::Generator noise = noise_for(1, "reference", step);
    const at::Tensor epsilon = at::empty({6, kLatent}).normal_(0, 1, noise);
    Pass pass{.is_training = true, .noise = noise_for(1, "reference", step)};
    const VaeLoss loss = model->loss(batch, 0.5, pass);
    loss.total.backward();
    adam.step(1e-3);
    their_adam.zero_grad();
    const at::Tensor theirs = reference.loss(batch.x, 0.5, epsilon);
    theirs.backward();
    their_adam.step();
    EXPECT_NEAR(loss.total.item<float>(), theirs.item<float>(), 2e-4 * std::abs(theirs.item<float>()))
        << "step " << step;
  }
  const auto theirs = reference.parameters();
  const auto& ours = model->tensors().parameters();
  for (size_t i = 0; i < theirs.size(); ++i) {
    // A bias before batch normalisation has a gradient of rounding errors, which Adam turns into steps of its own.
    if (ours[i].name.ends_with("linear.bias") || ours[i].name.ends_with("conv.bias")) continue;
    EXPECT_TRUE(torch::allclose(theirs[i], ours[i].value, 0, 1e-3)) << ours[i].name;
  }
}

TEST(TenSteps, OfBasicVaeFollowTheReference) {
  ModelSpec spec{.name = "basic_vae", .size = "compact", .input_shape = {kBands, kFrames}, .seed = 3};
  for (const char* s : {"widths=[12,7]", "latent_dim=5", "dropout=0", "frame_pool=1"}) spec.settings.set(s);
  BasicReference reference;
  expect_equal_paths(spec, reference);
}

TEST(TenSteps, OfConvVaeFollowTheReference) {
  ModelSpec spec{.name = "conv_vae", .size = "compact", .input_shape = {kBands, kFrames}, .seed = 3};
  for (const char* s : {"channels=[3,4]", "latent_dim=5", "bottleneck_channels=0", "frame_pool=1"})
    spec.settings.set(s);
  ConvReference reference;
  expect_equal_paths(spec, reference);
}

}  // namespace
}  // namespace songscape
