#include "models/conv_vae.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include "core/error.h"
#include "nn/frame_pool.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

const ConvVaeConfig& checked(const ConvVaeConfig& config) {
  const int64_t n_stages = static_cast<int64_t>(config.channels.size());
  const int64_t least = n_stages < 31 ? int64_t{1} << n_stages : INT64_MAX;
  const auto& shape = config.input_shape;
  if (n_stages >= 1 && shape.size() == 2 && shape[0] >= least && n_pooled_frames(shape[1], config.frame_pool) >= least)
    return config;
  fail(ExitCode::usage, {.what = "conv_vae cannot take rows of this shape",
                         .where = "input_shape",
                         .seen = format_value(shape),
                         .wanted = "two axes of at least " + std::to_string(least) + " values for " +
                                   std::to_string(n_stages) + " stages",
                         .fix = "give fewer channels (--set channels=[32,64]), or train basic_vae"});
}

// Bands and frames lost to halving, by repeating the last ones.
at::Tensor extend(at::Tensor x, int64_t axis, int64_t n) {
  const int64_t n_missing = n - x.size(axis);
  if (n_missing == 0) return x;
  std::vector<int64_t> shape = x.sizes().vec();
  shape[static_cast<size_t>(axis)] = n_missing;
  return at::cat({x, x.narrow(axis, x.size(axis) - 1, 1).expand(shape)}, axis);
}

}  // namespace

ConvVae::ConvVae(const ConvVaeConfig& config, uint64_t seed)
    : config_(checked(config)),
      n_pooled_(n_pooled_frames(config.input_shape[1], config.frame_pool)),
      height_(config.input_shape[0] >> config.channels.size()),
      width_(n_pooled_ >> config.channels.size()),
      depth_(config.bottleneck_channels > 0 ? config.bottleneck_channels : config.channels.back()),
      root_{tensors_, seed},
      down_(make_down()),
      squeeze_(make_bottleneck("squeeze", config.channels.back(), depth_)),
      head_(root_, depth_ * height_ * width_, config.latent_dim, config.initial_log_var),
      from_z_(root_ / "from_z", config.latent_dim, depth_ * height_ * width_),
      unsqueeze_(make_bottleneck("unsqueeze", depth_, config.channels.back())),
      up_(make_up()),
      likelihood_(root_ / "likelihood", config.likelihood, config.input_shape[0] * config.input_shape[1]) {}

std::vector<ConvVae::Down> ConvVae::make_down() const {
  std::vector<Down> stages;
  int64_t n_in = 1;
  for (const int64_t n_out : config_.channels) {
    const Scope at = root_ / "encoder" / std::to_string(stages.size());
    stages.push_back({Conv2d(at / "conv", {.n_in = n_in, .n_out = n_out}), std::nullopt});
    if (config_.norm == "batch") stages.back().norm.emplace(at / "norm", n_out);
    n_in = n_out;
  }
  return stages;
}

std::vector<ConvVae::Up> ConvVae::make_up() const {
  std::vector<Up> stages;
  for (size_t i = config_.channels.size(); i-- > 0;) {
    const Scope at = root_ / "decoder" / std::to_string(stages.size());
    const int64_t n_out = i > 0 ? config_.channels[i - 1] : 1;
    stages.push_back({ConvTranspose2d(at / "conv", {.n_in = config_.channels[i], .n_out = n_out}), std::nullopt});
    if (i > 0 && config_.norm == "batch") stages.back().norm.emplace(at / "norm", n_out);
  }
  return stages;
}

std::optional<Conv2d> ConvVae::make_bottleneck(const char* name, int64_t n_in, int64_t n_out) const {
  if (config_.bottleneck_channels == 0) return std::nullopt;
  return Conv2d(root_ / name, {.n_in = n_in, .n_out = n_out, .kernel = 1, .stride = 1, .padding = 0});
}

Posterior ConvVae::encode(const at::Tensor& x, Pass& pass) {
  at::Tensor h = pool_frames(x, config_.frame_pool)
                     .unsqueeze(1)
                     .contiguous(at::MemoryFormat::ChannelsLast);  // [batch, 1, 128, 1293]
  for (const Down& stage : down_) {
    h = stage.conv(h);
    if (stage.norm) h = (*stage.norm)(h, pass);
    h = activate(h, config_.activation);
  }
  if (squeeze_) h = (*squeeze_)(h);
  h = h.permute({0, 2, 3, 1}).flatten(1);  // [batch, 8 · 80 · 256], as it lies in memory
  return head_(dropout(h, config_.dropout, pass));
}

at::Tensor ConvVae::decode(const at::Tensor& z, Pass& pass) {
  at::Tensor h = dropout(from_z_(z), config_.dropout, pass);
  h = h.view({z.size(0), height_, width_, depth_}).permute({0, 3, 1, 2});  // [batch, 256, 8, 80], channels last
  if (unsqueeze_) h = activate((*unsqueeze_)(h), config_.activation);
  for (size_t i = 0; i < up_.size(); ++i) {
    h = up_[i].conv(h);
    if (up_[i].norm) h = (*up_[i].norm)(h, pass);
    if (i + 1 < up_.size()) h = activate(h, config_.activation);
  }
  h = to_output(h, config_.output).squeeze(1);  // [batch, 128, 1280]
  h = extend(extend(h, 1, config_.input_shape[0]), 2, n_pooled_);
  return unpool_frames(h, config_.frame_pool, config_.input_shape[1]);
}

VaeLoss ConvVae::loss(const Batch& batch, double beta, Pass& pass) {
  const Posterior posterior = encode(batch.x, pass);
  const at::Tensor x_hat = decode(sample(posterior, pass.noise), pass);
  return vae_loss(batch, x_hat, posterior, beta, config_.loss, likelihood_, pass.is_training);
}

void ConvVae::prepare(const Batch& sample, int64_t) {
  at::NoGradGuard no_grad;
  check_range_of_data(sample, config_.output);
  up_.back().conv.bias.copy_(bias_for_mean(sample.x.mean().unsqueeze(0), config_.output));
  likelihood_.measure(sample.x, config_.latent_dim);
}

}  // namespace songscape
