#include "train/adam.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include "core/error.h"

namespace songscape {

Adam::Adam(const ParameterSet& tensors, double weight_decay) : weight_decay_(weight_decay) {
  at::NoGradGuard no_grad;
  for (const NamedTensor& p : tensors.parameters()) {
    names_.push_back(p.name);
    parameters_.push_back(p.value);
    exp_avg_.push_back(at::zeros_like(p.value));
    exp_avg_sq_.push_back(at::zeros_like(p.value));
    steps_.push_back(at::full({}, 0.0, at::kFloat));
  }
}

std::vector<at::Tensor> Adam::gradients() const {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& p : parameters_)
    if (p.grad().defined()) gradients.push_back(p.grad());
  check(!gradients.empty(), "a parameter has a gradient");
  return gradients;
}

double Adam::grad_norm() const {
  at::NoGradGuard no_grad;
  return at::stack(at::_foreach_norm(gradients())).to(at::kDouble).norm().item<double>();
}

std::string Adam::bad_gradient() const {
  at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].grad().defined() && !parameters_[i].grad().isfinite().all().item<bool>()) return names_[i];
  return {};
}

void Adam::step(double lr, double divisor) {
  at::NoGradGuard no_grad;
  ++n_steps_;
  std::vector<at::Tensor> parameters, exp_avg, exp_avg_sq, steps;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) continue;
    parameters.push_back(parameters_[i]);
    exp_avg.push_back(exp_avg_[i]);
    exp_avg_sq.push_back(exp_avg_sq_[i]);
    steps.push_back(steps_[i].add_(1));
  }
  std::optional<at::Tensor> scale;
  if (divisor != 1.0) scale = at::full({}, divisor, at::kFloat);
  const std::vector<at::Tensor> g = gradients();
  at::_fused_adam_(parameters, g, exp_avg, exp_avg_sq, {}, steps, lr, 0.9, 0.999, weight_decay_, 1e-8, false, false,
                   scale);
  drop_gradients();
}

void Adam::drop_gradients() {
  for (const at::Tensor& p : parameters_) p.mutable_grad().reset();
}

std::map<std::string, int64_t> Adam::late_steps() const {
  std::map<std::string, int64_t> late;
  for (size_t i = 0; i < names_.size(); ++i)
    if (const auto n = static_cast<int64_t>(steps_[i].item<float>()); n != n_steps_) late[names_[i]] = n;
  return late;
}

void Adam::set_steps(int64_t n, const std::map<std::string, int64_t>& late_steps) {
  n_steps_ = n;
  for (size_t i = 0; i < names_.size(); ++i) {
    const auto late = late_steps.find(names_[i]);
    steps_[i].fill_(static_cast<double>(late == late_steps.end() ? n : late->second));
  }
}

std::vector<NamedTensor> Adam::state() const {
  std::vector<NamedTensor> state;
  for (size_t i = 0; i < names_.size(); ++i) {
    state.push_back({"exp_avg." + names_[i], exp_avg_[i]});
    state.push_back({"exp_avg_sq." + names_[i], exp_avg_sq_[i]});
  }
  return state;
}

}  // namespace songscape
