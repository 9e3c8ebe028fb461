#include "train/adam.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "kernels/adam_update.h"
#include "nn/units.h"

namespace songscape {
namespace {

// Values that one thread takes at a time; sums are added in the order of these.
constexpr int64_t kChunk = 1 << 16;

struct Chunk {
  size_t gradient;
  int64_t first, n;           // values
  WeightBlock factored = {};  // with factors
};

void add_chunks(size_t gradient, int64_t n, int64_t size, std::vector<Chunk>& chunks) {
  for (int64_t first = 0; first < n; first += size) chunks.push_back({gradient, first, std::min(size, n - first)});
}

void add_blocks(size_t gradient, const at::Tensor& weight, std::vector<Chunk>& chunks) {
  const int64_t n_rows = weight.size(0), n_columns = weight.size(1);
  for (int64_t row = 0; row < n_rows; row += kBlockRows)
    for (int64_t column = 0; column < n_columns; column += kBlockColumns)
      chunks.push_back(
          {gradient,
           0,
           0,
           {row, std::min(kBlockRows, n_rows - row), column, std::min(kBlockColumns, n_columns - column)}});
}

ParameterGroup group_of(const std::string& name, const std::vector<ParameterGroup>& groups) {
  const auto it = std::ranges::find_if(groups, [&](const ParameterGroup& g) { return name.starts_with(g.prefix); });
  return it == groups.end() ? ParameterGroup{} : *it;
}

}  // namespace

Adam::Adam(const ParameterSet& tensors, double weight_decay, const std::vector<ParameterGroup>& groups)
    : weight_decay_(weight_decay) {
  at::NoGradGuard no_grad;
  for (const NamedTensor& p : tensors.parameters()) {
    names_.push_back(p.name);
    parameters_.push_back(p.value);
    group_.push_back(group_of(p.name, groups));
    exp_avg_.push_back(at::zeros_like(p.value));
    exp_avg_sq_.push_back(at::zeros_like(p.value));
    steps_.push_back(at::full({}, 0.0, at::TensorOptions(p.value.device()).dtype(at::kFloat)));
  }
}

void Adam::move_to(at::Device device) {
  for (auto* list : {&exp_avg_, &exp_avg_sq_, &steps_})
    for (at::Tensor& t : *list) t = t.to(device);
}

void Adam::settle_gradients() {
  for (const at::Tensor& p : parameters_) {
    const auto* const values = p.const_data_ptr<float>();
    const auto& factors = factors_.of(values);
    const bool has_own = p.grad().defined();
    if (factors.empty() ? !has_own || p.grad().strides() == p.strides() : factors.size() == 1 && !has_own) continue;
    at::Tensor sum = at::zeros_like(p);
    if (has_own) sum.copy_(p.grad());
    for (const FactoredGradient& f : factors) add_product(f, sum.data_ptr<float>());
    factors_.drop(values);
    p.mutable_grad() = sum;
  }
}

std::vector<Adam::Gradient> Adam::gradients() {
  settle_gradients();
  std::vector<Gradient> found;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& p = parameters_[i];
    if (const auto& factors = factors_.of(p.const_data_ptr<float>()); !factors.empty())
      found.push_back({i, {}, &factors.front()});
    else if (p.grad().defined())
      found.push_back({i, p.grad()});
  }
  check(!found.empty(), "a parameter has a gradient");
  return found;
}

bool Adam::is_on_cpu() const { return parameters_.front().device().is_cpu(); }

double Adam::grad_norm() {
  at::NoGradGuard no_grad;
  check(is_on_cpu(), "a device's gradients have gradient_norms()");
  const std::vector<Gradient> found = gradients();
  std::vector<Chunk> chunks;
  double total = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i].factors)
      total += found[i].factors->sum_of_squares;
    else
      add_chunks(i, found[i].values.numel(), kChunk, chunks);
  }
  std::vector<double> sums(chunks.size());
  for_units(static_cast<int64_t>(chunks.size()), [&](int64_t i) {
    const Chunk& c = chunks[static_cast<size_t>(i)];
    sums[static_cast<size_t>(i)] = sum_of_squares(found[c.gradient].values.const_data_ptr<float>() + c.first, c.n);
  });
  return std::sqrt(std::accumulate(sums.begin(), sums.end(), total));
}

std::string Adam::bad_gradient() {
  at::NoGradGuard no_grad;
  for (const Gradient& g : gradients())
    if (g.factors ? !std::isfinite(g.factors->sum_of_squares) : !g.values.isfinite().all().item<bool>())
      return names_[g.place];
  return {};
}

void Adam::step(double lr, double divisor) {
  at::NoGradGuard no_grad;
  check(is_on_cpu(), "a device's steps are queued");
  ++n_steps_;
  step_on_cpu(lr, divisor);
  drop_gradients();
}

void Adam::step_on_cpu(double lr, double divisor) {
  const std::vector<Gradient> found = gradients();
  std::vector<AdamStep> steps;
  std::vector<AdamRun> runs;
  std::vector<Chunk> chunks;
  for (const Gradient& g : found) {
    const at::Tensor& p = parameters_[g.place];
    const ParameterGroup& group = group_[g.place];
    steps.push_back(adam_step(lr * group.lr_factor, steps_[g.place].add_(1).item<int64_t>(), weight_decay_, 1 / divisor,
                              group.beta1));
    runs.push_back({p.data_ptr<float>(), exp_avg_[g.place].data_ptr<float>(), exp_avg_sq_[g.place].data_ptr<float>(),
                    g.factors ? nullptr : g.values.const_data_ptr<float>(), p.numel()});
    if (g.factors)
      add_blocks(runs.size() - 1, p, chunks);
    else
      add_chunks(runs.size() - 1, p.numel(), kChunk, chunks);
  }
  for_units(static_cast<int64_t>(chunks.size()), [&](int64_t i) {
    const Chunk& c = chunks[static_cast<size_t>(i)];
    const AdamRun& run = runs[c.gradient];
    if (found[c.gradient].factors)
      adam_update_factored(steps[c.gradient], *found[c.gradient].factors, run, c.factored);
    else
      adam_update(steps[c.gradient], {run.parameter + c.first, run.exp_avg + c.first, run.exp_avg_sq + c.first,
                                      run.gradient + c.first, c.n});
  });
}

at::Tensor Adam::gradient_norms() {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> values;
  for (const Gradient& g : gradients()) values.push_back(g.values);
  return at::stack(at::_foreach_norm(values, 2));
}

std::vector<std::string> Adam::gradient_names() {
  std::vector<std::string> names;
  for (const Gradient& g : gradients()) names.push_back(names_[g.place]);
  return names;
}

void Adam::step_queued(const at::Tensor& lr, const at::Tensor& divisor, const at::Tensor& is_void) {
  at::NoGradGuard no_grad;
  ++n_steps_;
  struct Tensors {
    std::vector<at::Tensor> parameters, gradients, exp_avg, exp_avg_sq, steps;
  };
  std::map<std::pair<double, double>, Tensors> groups;  // by learning rate's factor and decay
  for (const Gradient& found : gradients()) {
    const ParameterGroup& group = group_[found.place];
    Tensors& t = groups[{group.lr_factor, group.beta1}];
    t.parameters.push_back(parameters_[found.place]);
    t.gradients.push_back(found.values);
    t.exp_avg.push_back(exp_avg_[found.place]);
    t.exp_avg_sq.push_back(exp_avg_sq_[found.place]);
    t.steps.push_back(steps_[found.place]);
  }
  const std::optional<at::Tensor> scale = divisor.defined() ? std::optional(divisor) : std::nullopt;
  for (auto& [group, t] : groups) {
    at::_foreach_add_(t.steps, 1 - is_void);
    at::_fused_adam_(t.parameters, t.gradients, t.exp_avg, t.exp_avg_sq, {}, t.steps,
                     group.first == 1 ? lr : lr * group.first, group.second, 0.999, weight_decay_, 1e-8, false, false,
                     scale, is_void);
  }
  drop_gradients();
}

void Adam::drop_gradients() {
  for (const at::Tensor& p : parameters_) p.mutable_grad().reset();
  factors_.clear();
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
