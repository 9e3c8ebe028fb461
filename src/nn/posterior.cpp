#include "nn/posterior.h"

#include <ATen/TensorOperators.h>

#include "nn/noise.h"

namespace songscape {

at::Tensor sample(const Posterior& posterior, at::Generator& noise) {
  const at::Tensor epsilon = normal_noise(posterior.mean.sizes(), noise, posterior.mean.device());
  return posterior.mean + (0.5 * posterior.log_var).exp() * epsilon;
}

at::Tensor kl_per_dim(const Posterior& posterior) {
  return 0.5 * (posterior.mean.square() + posterior.log_var.exp() - 1.0 - posterior.log_var);
}

at::Tensor kl_per_dim(const Posterior& q, const Posterior& p) {
  const at::Tensor second_moment = q.log_var.exp() + (q.mean - p.mean).square();
  return 0.5 * (p.log_var - q.log_var + second_moment * (-p.log_var).exp() - 1.0);
}

at::Tensor free_bits_shortfall(const at::Tensor& kl, double free_bits) {
  return (free_bits - kl.mean(0)).clamp_min(0.0).sum();
}

}  // namespace songscape
