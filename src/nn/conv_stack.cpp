#include "nn/conv_stack.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include "core/error.h"
#include "nn/frame_pool.h"
#include "nn/norm_activate.h"

namespace songscape {
namespace {

void check_shape(const ConvStackConfig& config, const std::vector<int64_t>& shape, const std::string& model) {
  const int64_t n_stages = static_cast<int64_t>(config.channels.size());
  const int64_t least = n_stages < 31 ? int64_t{1} << n_stages : INT64_MAX;
  if (n_stages >= 1 && shape.size() == 2 && shape[0] >= least && n_pooled_frames(shape[1], config.frame_pool) >= least)
    return;
  fail(ExitCode::usage, {.what = model + " cannot take rows of this shape",
                         .where = "input_shape",
                         .seen = format_value(shape),
                         .wanted = "two axes of at least " + std::to_string(least) + " values for " +
                                   std::to_string(n_stages) + " stages",
                         .fix = "give fewer channels (--set channels=[32,64]), or train basic_vae"});
}

std::optional<Conv2d> make_bottleneck(const Scope& scope, const ConvShape& shape, int64_t n_in, int64_t n_out) {
  if (shape.config.bottleneck_channels == 0) return std::nullopt;
  return Conv2d(scope, {.n_in = n_in, .n_out = n_out, .kernel = 1, .stride = 1, .padding = 0});
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

ConvShape::ConvShape(const ConvStackConfig& c, const std::vector<int64_t>& input_shape, const std::string& model)
    : config((check_shape(c, input_shape, model), c)),
      n_bands(input_shape[0]),
      n_frames(input_shape[1]),
      n_pooled(n_pooled_frames(n_frames, c.frame_pool)),
      height(n_bands >> c.channels.size()),
      width(n_pooled >> c.channels.size()),
      depth(c.bottleneck_channels > 0 ? c.bottleneck_channels : c.channels.back()) {}

ConvEncoder::ConvEncoder(const Scope& scope, const ConvShape& shape) : shape_(shape) {
  int64_t n_in = 1;
  for (const int64_t n_out : shape.config.channels) {
    const Scope at = scope / "encoder" / std::to_string(stages_.size());
    stages_.push_back({Conv2d(at / "conv", {.n_in = n_in, .n_out = n_out}), std::nullopt});
    if (shape.config.norm == "batch") stages_.back().norm.emplace(at / "norm", n_out);
    n_in = n_out;
  }
}

at::Tensor ConvEncoder::operator()(const at::Tensor& x, Pass& pass) const {
  at::Tensor h = pool_frames(x, shape_.config.frame_pool)
                     .unsqueeze(1)
                     .contiguous(at::MemoryFormat::ChannelsLast);  // [batch, 1, 128, 1293]
  for (const Stage& stage : stages_) {
    h = stage.conv(h);
    h = stage.norm ? norm_activate(h, *stage.norm, shape_.config.activation, pass)
                   : activate(h, shape_.config.activation);
  }
  return h;
}

ConvFlatten::ConvFlatten(const Scope& scope, const ConvShape& shape, bool pools_time)
    : dropout_(shape.config.dropout),
      pools_time_(pools_time),
      n_out_(pools_time ? shape.height * shape.config.channels.back() : shape.n_flat()),
      squeeze_(pools_time ? std::nullopt
                          : make_bottleneck(scope / "squeeze", shape, shape.config.channels.back(), shape.depth)) {}

at::Tensor ConvFlatten::operator()(at::Tensor h, Pass& pass) const {
  if (squeeze_) h = (*squeeze_)(h);
  if (pools_time_) h = h.mean(3, true);
  return dropout(h.permute({0, 2, 3, 1}).flatten(1), dropout_, pass);
}

ConvDecoder::ConvDecoder(const Scope& scope, const ConvShape& shape, int64_t n_in)
    : shape_(shape),
      from_z_(scope / "from_z", n_in, shape.n_flat()),
      unsqueeze_(make_bottleneck(scope / "unsqueeze", shape, shape.depth, shape.config.channels.back())) {
  const auto& channels = shape.config.channels;
  for (size_t i = channels.size(); i-- > 0;) {
    const Scope at = scope / "decoder" / std::to_string(stages_.size());
    const int64_t n_out = i > 0 ? channels[i - 1] : 1;
    stages_.push_back({ConvTranspose2d(at / "conv", {.n_in = channels[i], .n_out = n_out}), std::nullopt});
    if (i > 0 && shape.config.norm == "batch") stages_.back().norm.emplace(at / "norm", n_out);
  }
}

at::Tensor ConvDecoder::operator()(const at::Tensor& code, Pass& pass) const {
  const ConvStackConfig& c = shape_.config;
  at::Tensor h = dropout(from_z_(code), c.dropout, pass);
  // [batch, 256, 8, 80], channels last
  h = h.view({code.size(0), shape_.height, shape_.width, shape_.depth}).permute({0, 3, 1, 2});
  if (unsqueeze_) h = activate((*unsqueeze_)(h), c.activation);
  for (size_t i = 0; i < stages_.size(); ++i) {
    h = stages_[i].conv(h);
    if (stages_[i].norm)
      h = norm_activate(h, *stages_[i].norm, c.activation, pass);
    else if (i + 1 < stages_.size())
      h = activate(h, c.activation);
  }
  h = to_output(h, c.output).squeeze(1);  // [batch, 128, 1280]
  h = extend(extend(h, 1, shape_.n_bands), 2, shape_.n_pooled);
  return unpool_frames(h, c.frame_pool, shape_.n_frames);
}

void ConvDecoder::set_mean(const at::Tensor& mean) {
  at::NoGradGuard no_grad;
  stages_.back().conv.bias.copy_(bias_for_mean(mean.unsqueeze(0), shape_.config.output));
}

void ConvDecoder::start_at_zero() {
  at::NoGradGuard no_grad;
  stages_.back().conv.weight.zero_();
  stages_.back().conv.bias.zero_();
}

}  // namespace songscape
