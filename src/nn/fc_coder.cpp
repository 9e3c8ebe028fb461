#include "nn/fc_coder.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "core/error.h"
#include "nn/activation.h"
#include "nn/frame_pool.h"
#include "nn/norm_activate.h"
#include "nn/output.h"

namespace songscape {
namespace {

int64_t product(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t d : shape) n *= d;
  return n;
}

const FcCoderOptions& checked(const FcCoderOptions& options) {
  if (!options.input_shape.empty()) return options;
  fail(ExitCode::usage,
       {.what = "input_shape has no axes", .where = {}, .seen = "[]", .wanted = "at least one", .fix = {}});
}

// {n_in, widths…}
std::vector<int64_t> encoder_sizes(int64_t n_in, const std::vector<int64_t>& widths) {
  std::vector<int64_t> sizes{n_in};
  sizes.insert(sizes.end(), widths.begin(), widths.end());
  return sizes;
}

// {latent_dim, widths backwards…}
std::vector<int64_t> decoder_sizes(const FcCoderOptions& options) {
  std::vector<int64_t> sizes{options.latent_dim};
  sizes.insert(sizes.end(), options.widths.rbegin(), options.widths.rend());
  return sizes;
}

}  // namespace

FcStack::FcStack(const Scope& scope, const std::vector<int64_t>& sizes, const Options& options) : options_(options) {
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    const Scope at = scope / std::to_string(i);
    layers_.push_back({Linear(at / "linear", sizes[i], sizes[i + 1]), std::nullopt});
    if (options.norm == "batch") layers_.back().norm.emplace(at / "norm", sizes[i + 1]);
  }
}

at::Tensor FcStack::operator()(at::Tensor h, Pass& pass) const {
  for (const Layer& layer : layers_) {
    h = layer.linear(h);
    h = layer.norm ? norm_activate(h, *layer.norm, options_.activation, pass) : activate(h, options_.activation);
    h = dropout(h, options_.dropout, pass);
  }
  return h;
}

FcCoder::FcCoder(const Scope& scope, const FcCoderOptions& options)
    : options_(checked(options)),
      n_frames_(options.input_shape.back()),
      n_pooled_(n_pooled_frames(n_frames_, options.frame_pool)),
      n_bands_(product(options.input_shape) / n_frames_),
      encoder_(scope / "encoder", encoder_sizes(n_bands_ * n_pooled_, options.widths), options.layers),
      head_(scope, encoder_sizes(n_bands_ * n_pooled_, options.widths).back(), options.latent_dim,
            options.initial_log_var),
      decoder_(scope / "decoder", decoder_sizes(options), options.layers),
      to_x_(scope / "to_x", decoder_sizes(options).back(), n_bands_ * n_pooled_) {}

at::Tensor FcCoder::pool(const at::Tensor& x) const {
  return pool_frames(x.reshape({x.size(0), n_bands_, n_frames_}), options_.frame_pool);  // [batch, bands, pooled]
}

Posterior FcCoder::encode(const at::Tensor& x, Pass& pass) const { return head_(encoder_(pool(x).flatten(1), pass)); }

at::Tensor FcCoder::decode(const at::Tensor& z, Pass& pass) const {
  at::Tensor x_hat = to_output(to_x_(decoder_(z, pass)), options_.output);  // [batch, bands · pooled]
  x_hat = unpool_frames(x_hat.view({z.size(0), n_bands_, n_pooled_}), options_.frame_pool, n_frames_);
  std::vector<int64_t> shape = options_.input_shape;
  shape.insert(shape.begin(), z.size(0));
  return x_hat.reshape(shape);
}

void FcCoder::start_at_mean(const at::Tensor& x) {
  at::NoGradGuard no_grad;
  to_x_.bias.copy_(bias_for_mean(pool(x).mean(0).flatten(), options_.output));
}

}  // namespace songscape
