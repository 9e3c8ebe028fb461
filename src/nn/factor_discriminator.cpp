#include "nn/factor_discriminator.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/softplus.h>

#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {

FactorDiscriminator::FactorDiscriminator(const Scope& scope, int64_t latent_dim, const std::vector<int64_t>& widths) {
  int64_t n_in = latent_dim;
  for (const int64_t n_out : widths) {
    layers_.emplace_back(scope / std::to_string(layers_.size()), n_in, n_out);
    n_in = n_out;
  }
  layers_.emplace_back(scope / std::to_string(layers_.size()), n_in, 1);
}

at::Tensor FactorDiscriminator::logit(at::Tensor h, bool is_detached) const {
  const Autocast f32(false);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Linear& layer = layers_[i];
    h = is_detached ? at::linear(h, layer.weight.detach(), layer.bias.detach()) : layer(h);
    if (i + 1 < layers_.size()) h = at::leaky_relu(h, 0.2);
  }
  return h.squeeze(1);  // [batch]
}

at::Tensor FactorDiscriminator::total_correlation(const at::Tensor& z) const { return logit(z, true).mean(); }

at::Tensor FactorDiscriminator::loss(const at::Tensor& z, at::Generator& noise) const {
  const at::Tensor own = z.detach(), permuted = permute_dimensions(own, noise);
  return 0.5 * (at::softplus(-logit(own, false)) + at::softplus(logit(permuted, false))).mean();
}

at::Tensor permute_dimensions(const at::Tensor& z, at::Generator& noise) {
  return z.gather(0, uniform_noise(z.sizes(), 0, 1, noise, z.device()).argsort(0, false));
}

}  // namespace songscape
