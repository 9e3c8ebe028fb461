#include "nn/next_token_step.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/error.h"
#include "kernels/linear.h"
#include "kernels/next_token.h"
#include "nn/autocast.h"
#include "nn/layers.h"
#include "nn/packed_weights.h"
#include "nn/product_count.h"
#include "nn/unit_sums.h"
#include "nn/units.h"

namespace songscape {
namespace {

using torch::autograd::variable_list;

enum NextTokenInput : size_t { kHidden, kNorm, kToLogits = kNorm + 2, kTarget = kToLogits + 2, kNextTokenInputs };

// The function's inputs as its kernel reads them.
class NextTokenKernels {
 public:
  NextTokenKernels(const variable_list& t, bool is_backward)
      : bias_(at::zeros({padded_vocabulary(t[kToLogits].size(0))}, at::kFloat)),
        rows_{.n_tokens = t[kHidden].size(0),
              .n_vocabulary = t[kToLogits].size(0),
              .norm = {.width = t[kHidden].size(1),
                       .weight = floats_of(t[kNorm]),
                       .bias = floats_of(t[kNorm + 1]),
                       .epsilon = static_cast<float>(kNormEpsilon)},
              .to_logits = {},
              .target = t[kTarget].const_data_ptr<int64_t>()} {
    bias_.narrow(0, 0, rows_.n_vocabulary).copy_(t[kToLogits + 1].detach());
    rows_.to_logits.bias = floats_of(bias_);
    WeightPacker packer;
    if (is_backward)
      packer.backward(t[kToLogits], rows_.to_logits.backward);
    else
      packer.forward(t[kToLogits], rows_.to_logits.forward);
    packer.run();
  }
  const NextTokenRows& rows() const { return rows_; }

 private:
  at::Tensor bias_;
  NextTokenRows rows_;
};

struct NextTokenFunction : torch::autograd::Function<NextTokenFunction> {
  static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs, bool with_gradient) {
    const variable_list t = inputs.vec();
    const NextTokenKernels kernels(t, false);
    const int64_t n = t[kHidden].size(0), n_columns = padded_vocabulary(t[kToLogits].size(0));
    at::Tensor nats = at::empty({n}, at::kFloat), likeliest = at::empty({n}, at::kLong),
               stats = at::empty({n, 2}, at::kFloat), shares;
    if (with_gradient) shares = at::empty({n, n_columns}, at::kBFloat16);
    for_units(n_token_units(n), [&](int64_t unit) {
      next_token(kernels.rows(), unit, floats_of(t[kHidden]),
                 {.nats = nats.data_ptr<float>(),
                  .likeliest = likeliest.data_ptr<int64_t>(),
                  .stats = stats.data_ptr<float>(),
                  .shares = with_gradient ? bf16_of(shares) : nullptr});
    });
    variable_list saved = t;
    for (const at::Tensor& x : {nats, stats, shares}) saved.push_back(x);
    context->save_for_backward(std::move(saved));
    context->mark_non_differentiable({likeliest});
    return {nats, likeliest};
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
    const variable_list t = context->get_saved_variables();
    const at::Tensor &nats = t[kNextTokenInputs], &stats = t[kNextTokenInputs + 1], &shares = t[kNextTokenInputs + 2];
    const NextTokenKernels kernels(t, true);
    const int64_t n = t[kHidden].size(0), width = t[kHidden].size(1), n_vocabulary = t[kToLogits].size(0),
                  n_units = n_token_units(n);
    const at::Tensor of_nats = gradients[0].to(at::kFloat).contiguous();
    const Panels x(padded_tokens(n), width), of_logits(padded_tokens(n), n_vocabulary);
    const UnitSums sums(n_units, 2 * width + padded_vocabulary(n_vocabulary));
    variable_list out(kNextTokenInputs);
    out[kHidden] = at::zeros({n, width}, at::kFloat);
    for_units(n_units, [&](int64_t unit) {
      next_token_gradient(kernels.rows(), unit,
                          {.nats = floats_of(nats),
                           .of_nats = floats_of(of_nats),
                           .h = floats_of(t[kHidden]),
                           .stats = floats_of(stats),
                           .shares = bf16_of(shares),
                           .norm = {.x = &x, .of_weight = sums.of(unit, 0), .of_bias = sums.of(unit, width)},
                           .of_logits = &of_logits,
                           .of_logits_bias = sums.of(unit, 2 * width),
                           .of_h = out[kHidden].data_ptr<float>()});
    });
    PanelProducts products;
    out[kToLogits] = products.add(of_logits, x);
    products.run();
    const at::Tensor total = sums.total();
    out[kNorm] = total.narrow(0, 0, width).clone();
    out[kNorm + 1] = total.narrow(0, width, width).clone();
    out[kToLogits + 1] = total.narrow(0, 2 * width, n_vocabulary).clone();
    out.emplace_back();  // of with_gradient
    return out;
  }
};

}  // namespace

bool takes_next_token_step(const at::Tensor& h) {
  return h.device().is_cpu() && h.scalar_type() == at::kFloat && h.size(0) > 0 && h.size(1) % kPanelWidth == 0 &&
         is_autocast_on() && has_linear_kernels();
}

NextTokenNats next_token_step(const at::Tensor& h, const WeightAndBias& norm, const WeightAndBias& to_logits,
                              const at::Tensor& target) {
  check(target.sizes() == h.sizes().slice(0, 1), "each token has one that follows");
  ProductCount::add(h.size(0) * to_logits.weight.numel(), h.requires_grad());
  const variable_list t{h.contiguous(), norm.weight, norm.bias, to_logits.weight, to_logits.bias, target.contiguous()};
  const variable_list out = NextTokenFunction::apply(at::TensorList(t), at::GradMode::is_enabled());
  return {out[0], out[1]};
}

}  // namespace songscape
