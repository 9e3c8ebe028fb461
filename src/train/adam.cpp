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
  for (const at::Tensor& p : parameters_) {
    check(p.grad().defined(), "every parameter has a gradient");
    gradients.push_back(p.grad());
  }
  return gradients;
}

double Adam::grad_norm() const {
  at::NoGradGuard no_grad;
  return at::stack(at::_foreach_norm(gradients())).to(at::kDouble).norm().item<double>();
}

std::string Adam::bad_gradient() const {
  at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (!parameters_[i].grad().isfinite().all().item<bool>()) return names_[i];
  return {};
}

void Adam::step(double lr, double divisor) {
  at::NoGradGuard no_grad;
  ++n_steps_;
  for (at::Tensor& s : steps_) s.fill_(static_cast<double>(n_steps_));
  std::optional<at::Tensor> scale;
  if (divisor != 1.0) scale = at::full({}, divisor, at::kFloat);
  const std::vector<at::Tensor> g = gradients();
  at::_fused_adam_(parameters_, g, exp_avg_, exp_avg_sq_, {}, steps_, lr, 0.9, 0.999, weight_decay_, 1e-8, false, false,
                   scale);
  drop_gradients();
}

void Adam::drop_gradients() {
  for (const at::Tensor& p : parameters_) p.mutable_grad().reset();
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
