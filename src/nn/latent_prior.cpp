#include "nn/latent_prior.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "core/error.h"
#include "nn/fan_in.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr double kLogTwoPi = 1.8378770664093453;
constexpr int kBisections = 60;         // of a planar step's scalar equation: to the last bit of f32
constexpr double kMostLogScale = 2;     // of a coupling, either way
constexpr int64_t kContextValues = 32;  // that each part of a context is told by

at::Tensor log_standard_normal(const at::Tensor& z) { return (z.square() + kLogTwoPi).sum(1) * -.5; }

// z + û tanh(wᵀz + b), where û is u moved along w so that wᵀû > −1: the step can then be inverted.
class PlanarStep final : public FlowStep {
 public:
  PlanarStep(const Scope& scope, int64_t n)
      : u_(scope.uniform("u", {n}, fan_in_bound(n))),
        w_(scope.uniform("w", {n}, fan_in_bound(n))),
        b_(scope.constant("b", {1}, 0)) {}

  Result towards_noise(const at::Tensor& z) const override {
    const at::Tensor u = moved_u(), turned = at::tanh((z * w_).sum(1) + b_);
    const at::Tensor slope = 1 + (1 - turned.square()) * (w_ * u).sum();
    return {z + turned.unsqueeze(1) * u, slope.clamp_min(1e-6).log()};
  }

  // With a = wᵀz: wᵀε = a + (wᵀû) tanh(a + b), rising in a, and z = ε − û tanh(a + b).
  at::Tensor towards_z(const at::Tensor& noise) const override {
    const at::NoGradGuard no_grad;
    const at::Tensor u = moved_u().to(at::kDouble), w = w_.to(at::kDouble), b = b_.to(at::kDouble);
    const at::Tensor wu = (w * u).sum(), target = (noise.to(at::kDouble) * w).sum(1);
    at::Tensor low = target - wu.abs() - 1e-9, high = target + wu.abs() + 1e-9;
    for (int i = 0; i < kBisections; ++i) {
      const at::Tensor middle = (low + high) / 2, is_low = middle + wu * at::tanh(middle + b) < target;
      low = at::where(is_low, middle, low);
      high = at::where(is_low, high, middle);
    }
    const at::Tensor turned = at::tanh((low + high) / 2 + b).unsqueeze(1);
    return (noise.to(at::kDouble) - turned * u).to(at::kFloat);
  }

 private:
  at::Tensor moved_u() const {
    const at::Tensor wu = (w_ * u_).sum();
    return u_ + (at::softplus(wu) - 1 - wu) * w_ / w_.square().sum().clamp_min(1e-12);
  }
  at::Tensor u_, w_, b_;
};

// One half of the dimensions scaled and shifted by what a small network sees in the other.
class CouplingStep final : public FlowStep {
 public:
  CouplingStep(const Scope& scope, int64_t n, int64_t hidden, bool is_upper)
      : n_seen_(is_upper ? n - n / 2 : n / 2),
        n_(n),
        is_upper_(is_upper),
        hidden_(scope / "hidden", n_seen_, hidden),
        out_(scope / "out", hidden, 2 * (n - n_seen_)) {
    const at::NoGradGuard no_grad;
    out_.weight.mul_(.1);
    out_.bias.zero_();
  }

  Result towards_noise(const at::Tensor& z) const override {
    const Change c = change(seen(z));
    return {joined(seen(z), moved(z) * c.log_scale.exp() + c.shift), c.log_scale.sum(1)};
  }

  at::Tensor towards_z(const at::Tensor& noise) const override {
    const at::NoGradGuard no_grad;
    const Change c = change(seen(noise));
    return joined(seen(noise), (moved(noise) - c.shift) * (-c.log_scale).exp());
  }

 private:
  struct Change {
    at::Tensor log_scale, shift;
  };
  Change change(const at::Tensor& half) const {
    const at::Tensor both = out_(at::tanh(hidden_(half))).to(at::kFloat);
    const int64_t n = n_ - n_seen_;
    return {at::tanh(both.narrow(1, 0, n) / kMostLogScale) * kMostLogScale, both.narrow(1, n, n)};
  }
  at::Tensor seen(const at::Tensor& z) const {
    return is_upper_ ? z.narrow(1, n_ - n_seen_, n_seen_) : z.narrow(1, 0, n_seen_);
  }
  at::Tensor moved(const at::Tensor& z) const {
    return is_upper_ ? z.narrow(1, 0, n_ - n_seen_) : z.narrow(1, n_seen_, n_ - n_seen_);
  }
  at::Tensor joined(const at::Tensor& half, const at::Tensor& other) const {
    return is_upper_ ? at::cat({other, half}, 1) : at::cat({half, other}, 1);
  }
  int64_t n_seen_, n_;
  bool is_upper_;
  Linear hidden_, out_;
};

}  // namespace

at::Tensor log_normal(const at::Tensor& z, const Posterior& q) {
  return ((z - q.mean).square() * (-q.log_var).exp() + q.log_var + kLogTwoPi).sum(1) * -.5;
}

LatentPrior::LatentPrior(const Scope& scope, const PriorConfig& config, int64_t latent_dim,
                         const std::vector<int64_t>& context_sizes)
    : config_(config), latent_dim_(latent_dim) {
  if (config.kind == "mixture") mixture_.emplace(scope / "mixture", config.n_components, latent_dim);
  if (config.kind == "planar" || config.kind == "coupling") {
    check(latent_dim >= 2, "a flow has at least two dimensions");
    for (int64_t i = 0; i < config.n_steps; ++i) {
      const Scope own = scope / "flow" / std::to_string(i);
      if (config.kind == "planar")
        steps_.push_back(std::make_unique<PlanarStep>(own, latent_dim));
      else
        steps_.push_back(std::make_unique<CouplingStep>(own, latent_dim, config.hidden_dim, i % 2 == 1));
    }
  }
  if (!config.context) return;
  const int64_t n_out = mixture_ ? config.n_components : 2 * latent_dim;
  context_.emplace(
      Context{.tables = {},
              .hidden = Linear(scope / "context" / "hidden",
                               kContextValues * static_cast<int64_t>(context_sizes.size()), config.hidden_dim),
              .out = Linear(scope / "context" / "out", config.hidden_dim, n_out)});
  for (size_t i = 0; i < context_sizes.size(); ++i)
    context_->tables.emplace_back(scope / "context" / std::to_string(i), context_sizes[i] + 1, kContextValues);
}

std::optional<LatentMixture> LatentPrior::mixture() const {
  return mixture_ ? std::optional(mixture_->values()) : std::nullopt;
}

FlowStep::Result LatentPrior::towards_noise(const at::Tensor& z) const {
  FlowStep::Result result{z, at::zeros({z.size(0)}, z.options())};
  for (const auto& step : steps_) {
    const FlowStep::Result next = step->towards_noise(result.value);
    result = {next.value, result.log_det + next.log_det};
  }
  return result;
}

at::Tensor LatentPrior::towards_z(at::Tensor noise) const {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) noise = (*step)->towards_z(noise);
  return noise;
}

at::Tensor LatentPrior::log_density(const at::Tensor& z) const {
  if (mixture_) return at::logsumexp(log_joint(mixture_->values(), z), 1);
  const FlowStep::Result noise = towards_noise(z);
  return log_standard_normal(noise.value) + noise.log_det;
}

at::Tensor LatentPrior::sample(int64_t n, at::Generator& noise) const {
  const at::NoGradGuard no_grad;
  const at::Device device = context_ ? context_->hidden.weight.device() : at::Device(at::kCPU);
  const at::Tensor epsilon = normal_noise({n, latent_dim_}, noise, device);
  if (!mixture_) return towards_z(epsilon);
  const LatentMixture m = mixture_->values();
  const at::Tensor component = drawn_places(m.log_weight.exp(), n, noise);
  return m.mean.index_select(0, component) + (m.log_var.index_select(0, component) / 2).exp() * epsilon;
}

at::Tensor LatentPrior::told(const at::Tensor& context) const {
  check(context_.has_value() && context.size(1) == static_cast<int64_t>(context_->tables.size()),
        "the prior knows this context");
  std::vector<at::Tensor> parts;
  for (size_t i = 0; i < context_->tables.size(); ++i) {
    const TokenTable& table = context_->tables[i];
    const at::Tensor column = context.select(1, static_cast<int64_t>(i));
    parts.push_back(table(at::where(column < 0, table.weight.size(0) - 1, column)));
  }
  return context_->out(at::tanh(context_->hidden(at::cat(parts, 1)))).to(at::kFloat);
}

at::Tensor LatentPrior::log_density_given(const at::Tensor& z, const at::Tensor& context) const {
  const at::Tensor out = told(context), fixed = z.detach();
  if (mixture_) {
    LatentMixture m = mixture_->values();
    m.log_weight = at::zeros_like(m.log_weight.detach());
    m.mean = m.mean.detach();
    m.log_var = m.log_var.detach();
    return at::logsumexp(log_joint(m, fixed) + at::log_softmax(out, 1), 1);
  }
  FlowStep::Result noise;
  {
    const at::NoGradGuard no_grad;
    noise = towards_noise(fixed);
  }
  const Posterior p{out.narrow(1, 0, latent_dim_), out.narrow(1, latent_dim_, latent_dim_).clamp(-20, 20)};
  return log_normal(noise.value, p) + noise.log_det;
}

at::Tensor LatentPrior::sample_given(const at::Tensor& context, at::Generator& noise) const {
  const at::NoGradGuard no_grad;
  const at::Tensor out = told(context), epsilon = normal_noise({context.size(0), latent_dim_}, noise, out.device());
  if (!mixture_)
    return towards_z(out.narrow(1, 0, latent_dim_) +
                     (out.narrow(1, latent_dim_, latent_dim_).clamp(-20, 20) / 2).exp() * epsilon);
  const LatentMixture m = mixture_->values();
  std::vector<at::Tensor> components;
  const at::Tensor weights = at::log_softmax(out, 1).exp();
  for (int64_t i = 0; i < weights.size(0); ++i) components.push_back(drawn_places(weights[i], 1, noise));
  const at::Tensor component = at::cat(components);
  return m.mean.index_select(0, component) + (m.log_var.index_select(0, component) / 2).exp() * epsilon;
}

}  // namespace songscape
