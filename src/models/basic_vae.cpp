#include "models/basic_vae.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "core/error.h"
#include "nn/frame_pool.h"
#include "nn/vae_loss.h"

namespace songscape {
namespace {

int64_t product(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t d : shape) n *= d;
  return n;
}

const BasicVaeConfig& checked(const BasicVaeConfig& config) {
  if (!config.input_shape.empty()) return config;
  fail(ExitCode::usage,
       {.what = "input_shape has no axes", .where = {}, .seen = "[]", .wanted = "at least one", .fix = {}});
}

// {n_in, widths…}, each pair one layer.
std::vector<int64_t> encoder_sizes(int64_t n_in, const std::vector<int64_t>& widths) {
  std::vector<int64_t> sizes{n_in};
  sizes.insert(sizes.end(), widths.begin(), widths.end());
  return sizes;
}

std::vector<int64_t> decoder_sizes(int64_t latent_dim, const std::vector<int64_t>& widths) {
  std::vector<int64_t> sizes{latent_dim};
  sizes.insert(sizes.end(), widths.rbegin(), widths.rend());
  return sizes;
}

}  // namespace

BasicVae::BasicVae(const BasicVaeConfig& config, uint64_t seed)
    : config_(checked(config)),
      n_frames_(config.input_shape.back()),
      n_pooled_(n_pooled_frames(n_frames_, config.frame_pool)),
      n_bands_(product(config.input_shape) / n_frames_),
      root_{tensors_, seed},
      encoder_(make_blocks(root_ / "encoder", encoder_sizes(n_bands_ * n_pooled_, config.widths))),
      head_(root_, encoder_sizes(n_bands_ * n_pooled_, config.widths).back(), config.latent_dim,
            config.initial_log_var),
      decoder_(make_blocks(root_ / "decoder", decoder_sizes(config.latent_dim, config.widths))),
      to_x_(root_ / "to_x", decoder_sizes(config.latent_dim, config.widths).back(), n_bands_ * n_pooled_),
      likelihood_(root_ / "likelihood", config.likelihood, n_bands_ * n_frames_) {}

std::vector<BasicVae::Block> BasicVae::make_blocks(const Scope& scope, const std::vector<int64_t>& sizes) const {
  std::vector<Block> blocks;
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    const Scope at = scope / std::to_string(i);
    blocks.push_back({Linear(at / "linear", sizes[i], sizes[i + 1]), std::nullopt});
    if (config_.norm == "batch") blocks.back().norm.emplace(at / "norm", sizes[i + 1]);
  }
  return blocks;
}

at::Tensor BasicVae::through(const std::vector<Block>& blocks, at::Tensor h, Pass& pass) const {
  for (const Block& b : blocks) {
    h = b.linear(h);
    if (b.norm) h = (*b.norm)(h, pass);
    h = dropout(activate(h, config_.activation), config_.dropout, pass);
  }
  return h;
}

at::Tensor BasicVae::pool(const at::Tensor& x) const {
  return pool_frames(x.reshape({x.size(0), n_bands_, n_frames_}), config_.frame_pool);  // [batch, bands, pooled]
}

Posterior BasicVae::encode(const at::Tensor& x, Pass& pass) {
  return head_(through(encoder_, pool(x).flatten(1), pass));
}

at::Tensor BasicVae::decode(const at::Tensor& z, Pass& pass) {
  at::Tensor x_hat = to_output(to_x_(through(decoder_, z, pass)), config_.output);  // [batch, bands · pooled]
  x_hat = unpool_frames(x_hat.view({z.size(0), n_bands_, n_pooled_}), config_.frame_pool, n_frames_);
  std::vector<int64_t> shape = config_.input_shape;
  shape.insert(shape.begin(), z.size(0));
  return x_hat.reshape(shape);
}

VaeLoss BasicVae::loss(const Batch& batch, double beta, Pass& pass) {
  const Posterior posterior = encode(batch.x, pass);
  const at::Tensor x_hat = decode(sample(posterior, pass.noise), pass);
  return vae_loss(batch, {x_hat, posterior}, beta, config_.loss, likelihood_, pass.is_training);
}

void BasicVae::prepare(const Batch& sample, int64_t) {
  at::NoGradGuard no_grad;
  check_range_of_data(sample, config_.output);
  to_x_.bias.copy_(bias_for_mean(pool(sample.x).mean(0).flatten(), config_.output));
  likelihood_.measure(sample.x, config_.latent_dim);
}

}  // namespace songscape
