// Adam in one pass over memory, of all parameters that have a gradient (a training in stages leaves some without).
// Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1: β₁ .9, β₂ .999, ε 1e-8; L2 penalty in
// the gradient.  On the CPU by our own kernel (kernels/adam_update.h), on other devices by LibTorch's fused one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/gradient_factors.h"
#include "nn/parameter_set.h"

namespace songscape {

class Adam {
 public:
  // groups: the first whose prefix fits a parameter holds for it.
  Adam(const ParameterSet& tensors, double weight_decay, const std::vector<ParameterGroup>& groups = {});
  // After the parameters: its own tensors follow them.
  void move_to(at::Device device);

  // Where a forward pass may leave gradients of large weights in factors (GradientFactors::Scope).
  GradientFactors& factors() { return factors_; }

  // √Σ g² over all parameters, after backward.
  double grad_norm();
  // The first parameter whose gradient is not finite, or empty.
  std::string bad_gradient();
  // One step with gradients divided by `divisor`; then drops them.
  void step(double lr, double divisor = 1.0);
  void drop_gradients();

  // The same on another device, where nobody waits for a number.  Scalars are f32 tensors on it.
  // The norm of each gradient there is, [gradients].
  at::Tensor gradient_norms();
  // divisor: undefined for 1.  is_void: where it is 1, nothing changes.
  void step_queued(const at::Tensor& lr, const at::Tensor& divisor, const at::Tensor& is_void);
  // Steps replayed (train/step_graph.h), or below 0, recorded without being done.
  void count_steps(int64_t n) { n_steps_ += n; }
  // Of the gradients there are, in their order.
  std::vector<std::string> gradient_names();

  // What a checkpoint holds: moments by name ("exp_avg.…", "exp_avg_sq.…") and the number of steps.
  std::vector<NamedTensor> state() const;
  int64_t n_steps() const { return n_steps_; }
  // Steps that each parameter has made, where that is fewer: what corrects its moments' bias.
  std::map<std::string, int64_t> late_steps() const;
  void set_steps(int64_t n, const std::map<std::string, int64_t>& late_steps);

 private:
  struct Gradient {
    size_t place;                          // of its parameter
    at::Tensor values;                     // in the parameter's order of memory, or undefined and
    const FactoredGradient* factors = {};  // its factors
  };
  // Leaves each parameter with one gradient: its own in its order of memory, or one pair of factors.
  void settle_gradients();
  std::vector<Gradient> gradients();  // those there are
  void step_on_cpu(double lr, double divisor);
  bool is_on_cpu() const;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_, exp_avg_, exp_avg_sq_, steps_;
  std::vector<ParameterGroup> group_;  // of each parameter
  GradientFactors factors_;
  double weight_decay_;
  int64_t n_steps_ = 0;
};

}  // namespace songscape
