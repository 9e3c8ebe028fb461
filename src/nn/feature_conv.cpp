#include "nn/feature_conv.h"

#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv_transpose1d.h>

#include "nn/activation.h"
#include "nn/fan_in.h"
#include "nn/product_count.h"

namespace songscape {
namespace {

constexpr int64_t kKernel = 3, kStride = 2, kPadding = 1;

int64_t half_of(int64_t n_values) { return (n_values + 1) / 2; }

}  // namespace

FeatureConv::FeatureConv(const Scope& scope, int64_t n_values, const std::vector<int64_t>& channels,
                         std::string activation)
    : activation_(std::move(activation)) {
  int64_t n_before = 1;
  for (const int64_t n : channels) {
    const Scope at = scope / std::to_string(stages_.size());
    const double limit = fan_in_bound(n_before * kKernel);
    stages_.push_back({at.uniform("weight", {n, n_before, kKernel}, limit), at.uniform("bias", {n}, limit)});
    n_before = n;
    n_values = half_of(n_values);
  }
  n_out_ = n_before * n_values;
}

at::Tensor FeatureConv::operator()(const at::Tensor& x) const {
  at::Tensor h = x.unsqueeze(1);  // [batch, 1, n_values]
  for (const Stage& s : stages_) {
    ProductCount::add(h.size(0) * half_of(h.size(2)) * s.weight.numel(), h.requires_grad());
    h = activate(at::conv1d(h, s.weight, s.bias, kStride, kPadding), activation_);
  }
  return h.flatten(1);
}

FeatureConvTranspose::FeatureConvTranspose(const Scope& scope, int64_t n_values, const std::vector<int64_t>& channels,
                                           std::string activation)
    : activation_(std::move(activation)) {
  std::vector<int64_t> sizes{n_values};
  for (size_t i = 0; i < channels.size(); ++i) sizes.push_back(half_of(sizes.back()));
  n_in_ = channels.empty() ? n_values : channels.back() * sizes.back();
  for (size_t i = channels.size(); i-- > 0;) {
    const Scope at = scope / std::to_string(stages_.size());
    const int64_t n_after = i > 0 ? channels[i - 1] : 1;
    const double limit = fan_in_bound(channels[i] * kKernel);
    stages_.push_back(
        {at.uniform("weight", {channels[i], n_after, kKernel}, limit), at.uniform("bias", {n_after}, limit), sizes[i]});
  }
}

at::Tensor FeatureConvTranspose::operator()(const at::Tensor& flat) const {
  if (stages_.empty()) return flat;
  at::Tensor h = flat.view({flat.size(0), stages_.front().weight.size(0), -1});
  for (const Stage& s : stages_) {
    ProductCount::add(h.size(0) * h.size(2) * s.weight.numel(), h.requires_grad());
    const int64_t n_extra = s.n_values - (kStride * h.size(2) - 1);  // 1 where the stage before halved an even number
    h = at::conv_transpose1d(h, s.weight, s.bias, kStride, kPadding, n_extra);
    if (&s != &stages_.back()) h = activate(h, activation_);
  }
  return h.flatten(1);
}

}  // namespace songscape
