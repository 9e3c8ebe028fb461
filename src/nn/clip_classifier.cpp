#include "nn/clip_classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>

#include <algorithm>

#include "core/error.h"
#include "nn/activation.h"
#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {
namespace {

int64_t checked_bands(const std::vector<int64_t>& shape, const ClipClassifierConfig& config) {
  const auto n_stages = static_cast<int64_t>(config.channels.size());
  const int64_t least = n_stages < 31 ? int64_t{1} << n_stages : INT64_MAX;
  if (n_stages >= 1 && shape.size() == 2 && shape[0] >= least && shape[1] >= least) return shape[0];
  fail(ExitCode::usage, {.what = "the classifier cannot take rows of this shape",
                         .where = "input_shape",
                         .seen = format_value(shape),
                         .wanted = "two axes of at least " + std::to_string(least) + " values for " +
                                   std::to_string(n_stages) + " stages",
                         .fix = "give its channels fewer entries"});
}

}  // namespace

ClipClassifier::ClipClassifier(const Scope& scope, const std::vector<int64_t>& input_shape, int64_t n_classes,
                               const ClipClassifierConfig& config)
    : config_(config),
      views_(config.view, checked_bands(input_shape, config)),
      to_class_(scope / "to_class", config.channels.back() * (input_shape.front() >> config.channels.size()),
                n_classes) {
  int64_t n_in = 1;
  for (const int64_t n_out : config.channels) {
    const Scope at = scope / std::to_string(stages_.size());
    Conv2d::Shape shape{.n_in = n_in, .n_out = n_out};
    if (stages_.empty()) shape.frame_kernel = 3, shape.frame_stride = 1;
    stages_.push_back({Conv2d(at / "conv", shape), BatchNorm(at / "norm", n_out)});
    n_in = n_out;
  }
}

at::Tensor ClipClassifier::logits(const at::Tensor& x, Pass& pass) const {
  at::Tensor h = x.unsqueeze(1).contiguous(at::MemoryFormat::ChannelsLast);
  for (const Stage& stage : stages_) h = activate(stage.norm(stage.conv(h), pass), "leaky_relu");
  const Autocast f32(false);
  h = h.to(at::kFloat).mean(3).flatten(1);  // [batch, 128 · 8]
  return to_class_(dropout(h, config_.dropout, pass));
}

int64_t ClipClassifier::n_window_frames(const at::Tensor& x) const {
  return config_.window_frames == 0 ? x.size(2) : std::min(config_.window_frames, x.size(2));
}

ClipClassifier::Loss ClipClassifier::loss(const Batch& batch, Pass& pass) const {
  const at::Tensor x = pass.is_training ? views_(batch, pass.noise).narrow(2, 0, n_window_frames(batch.x)) : batch.x;
  const at::Tensor scores = logits(x, pass);
  const double smoothing = pass.is_training ? config_.label_smoothing : 0;
  return {at::cross_entropy_loss(scores, batch.labels, {}, at::Reduction::Mean, -100, smoothing), scores};
}

at::Tensor ClipClassifier::loss_of_made(const at::Tensor& x, const at::Tensor& labels, at::Generator& noise) const {
  const int64_t n_frames = n_window_frames(x);
  const at::Tensor start = index_noise({1}, x.size(2) - n_frames + 1, noise, x.device());
  const auto window = [&](const at::Tensor& all) {
    if (all.is_cpu()) return all.narrow(2, start.item<int64_t>(), n_frames);
    return all.index_select(2, at::arange(n_frames, start.options()) + start);  // a device is not asked for it
  };
  const at::Tensor made = x.detach().to(at::kFloat);
  made.requires_grad_(at::GradMode::is_enabled());
  Pass evaluation;
  const at::Tensor value = at::cross_entropy_loss(logits(window(made), evaluation), labels);
  if (!made.requires_grad()) return value;
  value.backward({}, /*retain_graph=*/false, /*create_graph=*/false, std::vector<at::Tensor>{made});
  return value.detach() + ((x - x.detach()) * made.grad()).sum();
}

}  // namespace songscape
