#include "nn/mixture_density.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "nn/autocast.h"

namespace songscape {
namespace {

constexpr int64_t kValuesAtOnce = 1 << 16;  // 256 KiB

// scores[n, k, c] = features[n, k] · weights[c] + log_weight[n, c]; the result is their log Σ exp over c.
struct LogMixture : torch::autograd::Function<LogMixture> {
  // features: [n, K, n_features], weights: [n_features, n_components]
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& features,
                            const at::Tensor& weights, const at::Tensor& log_weight) {
    const bool is_kept = features.requires_grad() || weights.requires_grad();
    const int64_t n = features.size(0), k = features.size(1), n_components = weights.size(1);
    const int64_t at_once = std::max<int64_t>(1, kValuesAtOnce / (k * n_components));
    const at::Tensor shares = at::empty({is_kept ? n : std::min(n, at_once), k, n_components}, features.options());
    const at::Tensor sums = at::empty({n, k}, features.options()), most = at::empty({n, k}, features.options());
    for (int64_t first = 0; first < n; first += at_once) {
      const int64_t m = std::min(at_once, n - first);
      at::Tensor some = shares.narrow(0, is_kept ? first : 0, m), rows = some.view({m * k, n_components});
      at::mm_out(rows, features.narrow(0, first, m).reshape({m * k, -1}), weights);
      some.add_(log_weight.narrow(0, first, m).unsqueeze(1));
      const at::Tensor largest = some.amax(2, true);
      some.sub_(largest).exp_();
      most.narrow(0, first, m).copy_(largest.squeeze(2));
      sums.narrow(0, first, m).copy_(some.sum(2));
    }
    context->save_for_backward({features, weights, shares, sums});
    return most + sums.log();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &features = saved[0], &weights = saved[1], &shares = saved[2];
    const int64_t n = features.size(0), k = features.size(1), n_components = weights.size(1);
    const int64_t at_once = std::max<int64_t>(1, kValuesAtOnce / (k * n_components));
    const at::Tensor scale = gradients[0] / saved[3];
    const at::Tensor of_features = at::empty(features.sizes(), features.options()),
                     of_log_weight = at::empty({n, n_components}, features.options());
    at::Tensor of_weights = at::zeros(weights.sizes(), weights.options());
    for (int64_t first = 0; first < n; first += at_once) {
      const int64_t m = std::min(at_once, n - first);
      const at::Tensor of_scores = shares.narrow(0, first, m) * scale.narrow(0, first, m).unsqueeze(2);
      const at::Tensor rows = of_scores.view({m * k, n_components});
      of_log_weight.narrow(0, first, m).copy_(of_scores.sum(1));
      of_features.narrow(0, first, m).view({m * k, -1}).copy_(at::mm(rows, weights.t()));
      of_weights.addmm_(features.narrow(0, first, m).reshape({m * k, -1}).t(), rows);
    }
    return {of_features, of_weights, of_log_weight};
  }
};

}  // namespace

at::Tensor log_mixture_density(const LatentMixture& mixture, const at::Tensor& z) {
  const Autocast f32(false);
  const at::Tensor precision = (-mixture.log_var).exp();  // [n_components, latent_dim]
  const double log_two_pi = std::log(2 * M_PI) * static_cast<double>(z.size(2));
  const at::Tensor constant = -0.5 * (log_two_pi + mixture.log_var.sum(1) + (mixture.mean.square() * precision).sum(1));
  // −½ Σ_d (z − m)² / s² + constant as one product.
  const at::Tensor features = at::cat({z.square(), z, at::ones({z.size(0), z.size(1), 1}, z.options())}, 2);
  const at::Tensor weights = at::cat({-0.5 * precision, mixture.mean * precision, constant.unsqueeze(1)}, 1).t();
  return LogMixture::apply(features, weights, mixture.log_weight);
}

}  // namespace songscape
