// Adam in one fused pass over all parameters that have a gradient (a training in stages leaves some without).  Kingma &
// Ba 2015, "Adam: a method for stochastic optimization", algorithm 1: β₁ .9, β₂ .999, ε 1e-8; L2 penalty in the
// gradient.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/parameter_set.h"

namespace songscape {

class Adam {
 public:
  Adam(const ParameterSet& tensors, double weight_decay);

  // √Σ g² over all parameters, after backward.
  double grad_norm() const;
  // The first parameter whose gradient is not finite, or empty.
  std::string bad_gradient() const;
  // One step with gradients divided by `divisor`; then drops them.
  void step(double lr, double divisor = 1.0);
  void drop_gradients();

  // What a checkpoint holds: moments by name ("exp_avg.…", "exp_avg_sq.…") and the number of steps.
  std::vector<NamedTensor> state() const;
  int64_t n_steps() const { return n_steps_; }
  // Steps that each parameter has made, where that is fewer: what corrects its moments' bias.
  std::map<std::string, int64_t> late_steps() const;
  void set_steps(int64_t n, const std::map<std::string, int64_t>& late_steps);

 private:
  std::vector<at::Tensor> gradients() const;  // those there are
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_, exp_avg_, exp_avg_sq_, steps_;
  double weight_decay_;
  int64_t n_steps_ = 0;
};

}  // namespace songscape
